// The classes: a press hides one or shows it again, two presses show it alone.

function drawLegend(legend, scatter, changed) {
  const { colors, hidden, labels } = scatter;
  const counts = colors.map((_, label) => labels.reduce((sum, each) => sum + (each === label), 0));
  const buttons = colors.map((color, label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.style.setProperty("--color", color);
    button.title = `${spelled(counts[label])} digits`;
    button.append(document.createElement("i"), String(label));
    button.hidden = !counts[label];
    button.onclick = () => {
      if (!hidden.delete(label)) hidden.add(label);
      show();
    };
    button.ondblclick = () => {
      const alone = colors.every((_, other) => (other === label) !== hidden.has(other));
      hidden.clear();
      if (!alone) colors.forEach((_, other) => other !== label && hidden.add(other));
      show();
    };
    return button;
  });
  const mark = () =>
    buttons.forEach((button, label) => {
      button.setAttribute("aria-pressed", String(!hidden.has(label)));
    });
  const show = () => {
    mark();
    changed();
  };
  legend.replaceChildren(...buttons);
  mark();
}

/** Buttons of which one is pressed; `name` is what their data attribute is called. */
function choice(root, name, chosen) {
  const buttons = [...root.querySelectorAll(`[data-${name}]`)];
  for (const button of buttons) {
    button.onclick = () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      chosen(button.dataset[name]);
    };
  }
}
