// A row of small buttons below a figure that save what it shows. What makes the files is imported
// only when a button is pressed, see the folder save.

// A shadow root of their own: components differ in how they style buttons.
const STYLE = `
  :host {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 0.125rem;
    font: 0.8125rem var(--st-font);
    color: color-mix(in srgb, var(--st-text-color) 75%, var(--st-background-color));
  }
  :host([hidden]), [hidden] {
    display: none;
  }
  [role="status"] {
    margin-right: auto;
  }
  button {
    min-width: 2.5rem;
    height: 1.75rem;
    margin: 0;
    padding: 0 0.375rem;
    border: 1px solid transparent;
    border-radius: var(--st-base-radius);
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--st-border-color);
    color: var(--st-text-color);
  }
  button[aria-busy] {
    cursor: progress;
    text-decoration: underline dotted;
  }
  button:focus-visible {
    outline: 2px solid var(--st-primary-color);
    outline-offset: -1px;
  }
`;

/**
 * @typedef {[string, string, (() => Promise<Blob>) | null | false][]} Files Each is [kind, what,
 *   make]: `what` is said before the figure's name, `make()` returns the file, and without it there
 *   is no button.
 */

/**
 * Reserves the row after `figure` and draws its buttons, or hides it where the data name no file.
 *
 * @param {Element} figure
 * @param {{ saveAs?: string, saveFigure?: string }} names How the files and the figure are called.
 * @param {Files} files
 */
export function saveButtons(figure, { saveAs, saveFigure }, files) {
  let row = /** @type {HTMLElement | null} */ (figure.nextElementSibling);
  if (!row?.matches(".latent-save")) {
    if (!saveAs) return;
    row = Object.assign(document.createElement("div"), { className: "latent-save" });
    row.style.height = "2rem";
    figure.after(row);
  }
  row.hidden = !saveAs;
  if (saveAs) drawButtons(row, { saveAs, saveFigure }, files);
}

/**
 * Draws the buttons, or changes what they do.
 *
 * @param {HTMLElement} row
 * @param {{ saveAs?: string, saveFigure?: string }} names
 * @param {Files} files
 */
function drawButtons(row, { saveAs, saveFigure }, files) {
  if (!row.shadowRoot) {
    row.attachShadow({
      mode: "open",
    }).innerHTML = `<style>${STYLE}</style><span role="status"></span><span aria-hidden="true">Save as</span>`;
    for (const [kind] of files) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = kind;
      row.shadowRoot.append(button);
    }
  }
  const status = row.shadowRoot.querySelector("[role=status]");
  row.shadowRoot.querySelectorAll("button").forEach((button, i) => {
    const [kind, what, make] = files[i];
    button.hidden = !make;
    button.title = `${saveAs}.${kind.toLowerCase()}`;
    // A page has many such buttons: each names its figure.
    button.setAttribute("aria-label", `Save ${what} ${saveFigure} as ${kind}`);
    if (make) button.onclick = () => save(button, status, make);
  });
}

/**
 * @param {HTMLButtonElement} button
 * @param {Element} status Where a failure is shown.
 * @param {() => Promise<Blob>} make
 */
async function save(button, status, make) {
  if (button.ariaBusy) return;
  button.ariaBusy = "true";
  status.textContent = "";
  try {
    offer(await make(), button.title);
  } catch (error) {
    console.warn("Latent Lab:", error);
    status.textContent = "This file could not be made. Try again, or reload the page.";
  }
  button.ariaBusy = null;
}

/**
 * Gives a file to the visitor.
 *
 * @param {Blob} blob
 * @param {string} name
 */
function offer(blob, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
