/* Light or dark, chosen before the first paint: a plain script in the head, so that no page flashes.
 *
 * The system's preference holds until the reader presses the switch; pressing it back to what the system
 * prefers forgets the choice. Whoever paints by script listens to the "themechange" event. */
(() => {
  const KEY = "sceop.theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be forbidden inside a frame
    }
  };
  const store = (theme) => {
    try {
      if (theme === preferred()) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // the choice then lasts as long as the page
    }
  };
  const preferred = () => (system.matches ? "dark" : "light");
  const apply = (theme) => {
    root.dataset.theme = theme;
    document.querySelector("[data-theme-switch]")?.setAttribute("aria-pressed", String(theme === "dark"));
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
  };

  apply(stored() ?? preferred());
  system.addEventListener("change", () => apply(stored() ?? preferred()));
  addEventListener("storage", (event) => event.key === KEY && apply(stored() ?? preferred()));
  document.addEventListener("DOMContentLoaded", () => {
    apply(root.dataset.theme);
    document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
      const theme = root.dataset.theme === "dark" ? "light" : "dark";
      store(theme);
      apply(theme);
    });
  });
})();
