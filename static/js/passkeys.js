// Passkeys: why one cannot be used is said beside its button, before the press where it is known by then.
const trouble = document.getElementById("passkey-trouble");
const told = document.querySelector("script[data-allauth-onload]");
const ids = told ? JSON.parse(told.textContent).ids : {};
const button = document.getElementById(ids.login ?? ids.add ?? ids.signup ?? ids.authenticate);

function say(why) {
  button.after(trouble);
  trouble.hidden = false;
  trouble.textContent = trouble.dataset[why];
}

if (/^[\d.]+$|:/.test(location.hostname)) {
  button.disabled = true;
  say("name");
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const { name } = event.detail.exception;
  say({ SecurityError: "name", NotAllowedError: "stopped" }[name] ?? "other");
});
