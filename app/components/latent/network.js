// A decoder's weights for the components of this page. Behind mlp.js in one module. They travel by
// themselves, so that another digit costs a small message and not half a megabyte.

export default function ({ parentElement, data }) {
  // Nothing to be seen, so no place between the elements of the page either.
  const place = parentElement.getRootNode().host?.closest('[data-testid="stElementContainer"]');
  if (place) place.style.position = "absolute";
  const networks = (window.latentLabNetworks ??= new Map());
  if (networks.has(data.name)) return;
  while (networks.size >= MOST_NETWORKS) networks.delete(networks.keys().next().value);
  networks.set(data.name, readNetwork(data));
  window.dispatchEvent(new Event(ARRIVED));
}
