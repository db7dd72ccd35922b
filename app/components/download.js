// A row of small buttons below a figure that save what it shows. Like frame.js, this text is put in
// front of a component's own script; the rest is a library, fetched once for all of a page.

/**
 * Reserve the row after `figure` and have it drawn, or hide it where the data name no file. `files`
 * are [kind, what, make]: `what` is said before the figure's name, `make(library)` returns the file as a Blob, and without it there is no button.
 */
function saveButtons(figure, { saveAs, saveFigure, saveScript }, files) {
  let row = figure.nextElementSibling;
  if (!row?.matches(".latent-save")) {
    if (!saveAs) return;
    row = Object.assign(document.createElement("div"), { className: "latent-save" });
    row.style.height = "2rem";
    figure.after(row);
  }
  row.hidden = !saveAs;
  if (!saveAs) return;
  import(new URL(saveScript, document.baseURI).href)
    .then((library) => library.drawButtons(row, { saveAs, saveFigure }, files, library))
    .catch((error) => console.warn("Latent Lab:", error));
}
