"""Glossary: the field's terms in plain words, each with where the lab shows it."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from app.components.anchor import scroll_to_anchor
from app.navigation import page_named
from app.ui.glossary import GLOSSARY, Entry


def shown_at(entry: Entry) -> str:
    """Return a Markdown link to the place in the lab that shows a term."""
    title = page_named(entry.page).title
    if not entry.view:
        return f"[{title}]({entry.page})"
    return f"[{title} · {entry.view}]({entry.page}?{urlencode({'view': entry.view})})"


st.title("Glossary", anchor=False)
st.markdown(" · ".join(f"[{entry.title}](#{key})" for key, entry in GLOSSARY.items()))
for key, entry in GLOSSARY.items():
    st.header(entry.title, anchor=key)
    st.markdown(f"{entry.text}  \nIn the lab: {shown_at(entry)}")
scroll_to_anchor()
