// What the server cannot know: how long ago something is for who reads it, and where the keyboard's focus was.
"use strict";

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const LANGUAGE = document.documentElement.lang || "en";
const RELATIVE = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
const FULL = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "full", timeStyle: "medium" });

function tellTimes() {
  for (const time of document.querySelectorAll("time[data-when]")) {
    const moment = Number(time.dataset.when) * 1000;
    const seconds = Math.round((moment - Date.now()) / 1000);
    const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) || STEPS[3];
    const words = RELATIVE.format(Math.trunc(seconds / size), unit);
    if (time.textContent !== words) time.textContent = words;
    if (!time.title) time.title = FULL.format(moment);
  }
}

// Content that is replaced while somebody is on a link of it: the same link in the new content takes the focus.
let focused = null;
document.addEventListener("focusin", (event) => { focused = event.target; });
function keepFocus() {
  if (!focused || focused.isConnected || document.activeElement !== document.body) return;
  const key = focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute?.("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`;
  const again = key && document.querySelector(key);
  focused = null;
  again?.focus({ preventScroll: true });
}

new MutationObserver(() => { tellTimes(); keepFocus(); }).observe(document.documentElement, { childList: true, subtree: true });
setInterval(tellTimes, 1000);

window.coworksUnsaved = false;
addEventListener("beforeunload", (event) => { if (window.coworksUnsaved) event.preventDefault(); });

// The console saves by itself: the browser would save the page.
addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && event.key === "s") event.preventDefault(); });
