"""Home: what the lab is, the exercise as a map, and what is being computed now."""

from __future__ import annotations

import streamlit as st

from app.exercise import TASKS
from app.images import tiles
from app.navigation import PAGES
from app.session import store
from core.record import RunError

st.title("Latent Lab")
st.markdown(
    "A laboratory for **learning without labels**, on 70,000 real handwritten digits. "
    "Train an autoencoder, a variational autoencoder or t-SNE, and watch it learn while it does. "
    "Then take it apart: walk through its codes, break its input, replay every step."
)

st.subheader("The exercise, task by task")
pages = {page.name: page for page in PAGES}
for start in range(0, len(TASKS), 3):
    for task, column in zip(TASKS[start : start + 3], st.columns(3), strict=False):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**Task {task.number} · {task.title}**")
            try:
                preview = store().get(task.run).previews()
                st.image(
                    tiles(preview[-1][:, :5], scale=4),
                    width="stretch",
                    output_format="PNG",
                    alt=f"{task.title}: five digits and what a trained model makes of them.",
                )
            except RunError:
                st.caption("Its trained example is not part of this version yet.")
            st.markdown(task.text)
            page = pages.get(task.page)
            if page is not None:
                st.page_link(
                    page.path,
                    label=f"Open {page.title}",
                    icon=page.icon,
                    query_params={"run": task.run},
                )
