"""One file a claim: each measures it on this machine and holds it to its bar. script/bench runs them."""
