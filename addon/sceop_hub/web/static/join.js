// Shows the invite that stands behind the # of the page's address; it is sent to nobody.

const CODE = /^[A-Za-z0-9]{4}-?[A-Za-z0-9]{4}$/;
const CERTIFICATE = /^[0-9a-f]{64}$/;

const told = new URLSearchParams(location.hash.slice(1));
const code = told.get("code") ?? "";
const certificate = told.get("sha256") ?? "";

if (CODE.test(code)) {
  const address = location.origin + location.pathname.replace(/\/join\/?$/, "");
  const link = new URLSearchParams({ hub: address, code });
  if (CERTIFICATE.test(certificate)) link.set("sha256", certificate);
  document.querySelector("[data-invite-address]").textContent = address;
  document.querySelector("[data-invite-code]").textContent = code.toUpperCase();
  document.querySelector("[data-invite-link]").dataset.copy = `sceop://join?${link}`;
  document.querySelector("[data-invite]").hidden = false;
  document.querySelector("[data-no-invite]").hidden = true;
}
