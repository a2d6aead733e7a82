// Clock bars run out without being asked: the server says when it is over and what time it is now, we only add the
// time that has passed since, so a wrong clock in the phone does not matter.

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, NEAR = 30 * MINUTE;
const plural = new Intl.PluralRules(document.documentElement.lang || "zh");

function count(words, unit, n) {
  const form = words[unit][plural.select(n) === "one" ? 0 : 1];
  return form.replace("%(n)d", n);
}

function span(words, seconds) {
  if (seconds >= DAY) return count(words, "day", Math.floor(seconds / DAY));
  const hours = Math.floor(seconds / HOUR), minutes = Math.floor((seconds % HOUR) / MINUTE);
  const parts = [];
  if (hours) parts.push(count(words, "hour", hours));
  if (minutes || !hours) parts.push(count(words, "minute", minutes));
  return parts.join(" ");
}

export function sentence(words, left) {
  const length = Math.abs(left);
  if (length < MINUTE) return left > 0 ? words.nearly : words.just;
  return (left > 0 ? words.left : words.past).replace("%(span)s", span(words, length));
}

function start(clock) {
  const due = Date.parse(clock.dataset.due);
  const ahead = Date.parse(clock.dataset.now) - Date.now();
  const words = JSON.parse(clock.dataset.words);
  const text = clock.querySelector("[data-clock-left]");
  const bar = clock.querySelector("progress");

  function tick() {
    const left = Math.ceil((due - Date.now() - ahead) / 1000);
    const said = sentence(words, left);
    if (text.textContent !== said) text.textContent = said;
    bar.value = Math.max(0, Math.min(left, bar.max));
    clock.classList.toggle("is-near", left > 0 && left <= NEAR);
    clock.classList.toggle("is-past", left <= 0);
  }

  clock.removeAttribute("data-clock");
  tick();
  return tick;
}

const ticks = [];
function find(root) {
  for (const clock of root.querySelectorAll("[data-clock]")) ticks.push(start(clock));
}

find(document);
document.addEventListener("htmx:load", (event) => find(event.target));
setInterval(() => ticks.forEach((tick) => tick()), 5000);
