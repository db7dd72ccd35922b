"""Parts of pages that know no run: forms, charts, pictures, texts."""
