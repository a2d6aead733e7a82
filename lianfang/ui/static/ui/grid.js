// Moving in a grid of numbers (<table class="lf-grid" data-grid>): Enter and the arrows up and down go to the same
// column of the next row, left and right to the neighbour when the caret is at that end. Tab keeps its meaning.

const inputs = (row) => [...row.querySelectorAll("input:not([type=hidden]):not([disabled]), select")];

function vertical(input, step) {
  const rows = [...input.closest("[data-grid]").querySelectorAll("tbody tr")].filter((row) => inputs(row).length);
  const row = input.closest("tr");
  const column = inputs(row).indexOf(input);
  const next = rows[rows.indexOf(row) + step];
  return next && (inputs(next)[column] || inputs(next)[0]);
}

function horizontal(input, step) {
  const all = [...input.closest("[data-grid]").querySelectorAll("tbody tr")].flatMap(inputs);
  return all[all.indexOf(input) + step];
}

function atEnd(input, step) {
  // Number inputs tell no caret position: there the arrows leave at once, as in a spreadsheet.
  if (input.tagName === "SELECT") return false;
  if (input.selectionStart === null) return true;
  // A number that was just come to is selected as a whole: both arrows leave it.
  return step < 0 ? input.selectionStart === 0 : input.selectionEnd === input.value.length;
}

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches || !input.matches("[data-grid] input, [data-grid] select") || event.isComposing) return;
  let next = null;
  if (event.key === "Enter" && !event.ctrlKey) next = vertical(input, event.shiftKey ? -1 : 1);
  else if (event.key === "ArrowDown" && input.tagName !== "SELECT") next = vertical(input, 1);
  else if (event.key === "ArrowUp" && input.tagName !== "SELECT") next = vertical(input, -1);
  else if (event.key === "ArrowRight" && atEnd(input, 1)) next = horizontal(input, 1);
  else if (event.key === "ArrowLeft" && atEnd(input, -1)) next = horizontal(input, -1);
  else return;
  // Enter never submits from the middle of a grid, and arrows never change a number by accident.
  event.preventDefault();
  if (!next) return;
  next.focus();
  if (next.select) next.select();
});

// The wheel over a focused number field would change it while the page scrolls.
document.addEventListener("wheel", (event) => {
  const input = document.activeElement;
  if (input && input.type === "number" && input === event.target) input.blur();
}, { passive: true });
