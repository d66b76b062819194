/** A stream of server-sent events that knows when it has fallen silent. */

const SILENCE_MS = 45_000;
const FIRST_RETRY_MS = 3_000;
const LAST_RETRY_MS = 60_000;

/**
 * Follow one kind of event for as long as the page lives.
 *
 * The browser reconnects by itself after a broken stream, but neither after an HTTP error nor when the network
 * vanishes without a word: both are caught here.
 *
 * @param {string} url
 * @param {string} name
 * @param {{message: (data: any) => void, lost: () => void}} on
 */
export function follow(url, name, on) {
  let source, silence, retry;
  let wait = FIRST_RETRY_MS;

  const open = () => {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(url);
    source.addEventListener(name, (event) => {
      wait = FIRST_RETRY_MS;
      listen();
      on.message(JSON.parse(event.data));
    });
    source.addEventListener("error", again);
    listen();
  };
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE_MS);
  };
  const again = () => {
    clearTimeout(silence);
    clearTimeout(retry);
    source.close();
    on.lost();
    retry = setTimeout(open, wait * (0.75 + Math.random() / 2)); // not all pages at once when the hub returns
    wait = Math.min(wait * 2, LAST_RETRY_MS);
  };

  addEventListener("online", open);
  addEventListener("offline", again);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
