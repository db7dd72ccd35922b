// Brings a decoder's weights or a map's pictures for the other components of this page. Behind
// shelf.js and mlp.js in one module.

export default function ({ parentElement, data }) {
  // Nothing to be seen, so no place between the elements of the page either.
  const place = parentElement.getRootNode().host?.closest('[data-testid="stElementContainer"]');
  if (place) place.style.position = "absolute";
  if (shelf.has(data.name)) return;
  putOnShelf(data.name, data.layers ? readNetwork(data) : data.pictures.getChildAt(0).toArray().slice());
}
