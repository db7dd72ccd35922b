"""Parts of pages that do not depend on runs: forms, charts, pictures, texts."""
