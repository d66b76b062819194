#!/bin/sh
# Runs the command as the hub's own user, who may do nothing but keep the files in /data.
#
# The Supervisor mounts /data owned by root, and before every start writes options.json anew, readable by root alone; a
# restored backup is root's too. So the container starts as root, hands over what is not the hub's yet, and lets go of
# root for good before the hub's first line runs. Started as another user already, it changes nothing.
set -eu

hub=8710 # its user and group: a number of its own, and easy to recognise

# Readings are private: nobody else on the machine reads the files that the hub makes.
umask 077

# Other apps keep the keys in /ssl for root. The hub gets copies of the two files that its options name, and new ones when
# they are renewed; the folder itself stays shut to it.
lend_certificates() {
    for option in certfile keyfile; do
        name=$(sed -n 's/.*"'"$option"'": *"\([^"]*\)".*/\1/p' /data/options.json)
        case $name in "" | /* | *..*) continue ;; esac
        if [ -f "/ssl/$name" ] && ! cmp -s "/ssl/$name" "/run/sceop-ssl/$name"; then
            install -D -o "$hub" -g "$hub" -m 0400 "/ssl/$name" "/run/sceop-ssl/$name"
        fi
    done
}

if [ "$(id -u)" -eq 0 ]; then
    if [ -d /ssl ] && [ -f /data/options.json ]; then
        export SCEOP_CERTIFICATES=/run/sceop-ssl
        install -d -o "$hub" -g "$hub" -m 0700 /run/sceop-ssl
        lend_certificates || true
        # The hub takes the place of this process, and the copying ends with it.
        (while sleep 60 && [ -d "/proc/$$" ]; do lend_certificates || true; done) </dev/null >/dev/null 2>&1 &
    fi
    find /data ! \( -user "$hub" -group "$hub" \) -exec chown -h "$hub:$hub" {} +
    exec setpriv --reuid "$hub" --regid "$hub" --clear-groups --no-new-privs -- "$@"
fi
exec "$@"
