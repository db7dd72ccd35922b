// Tables as CSV files (RFC 4180): a header, one record a line, CRLF at the end of each.

/** Writes rows of texts and numbers; the first row is the header. */
export function csv(rows) {
  const text = rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  return new Blob([text], { type: "text/csv;charset=utf-8" });
}

function cell(value) {
  if (typeof value === "number") return String(value);
  let text = value === null || value === undefined ? "" : String(value);
  // A spreadsheet would compute what begins like this: titles are written by visitors.
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Returns a column's numbers with all their digits; in single precision with those that it has. */
export function numbersOf(values) {
  if (!(values instanceof Float32Array)) return [...values];
  return Array.from(values, (value) => {
    for (let digits = 6; digits < 9 && Number.isFinite(value); digits++) {
      const shorter = Number(value.toPrecision(digits));
      if (Math.fround(shorter) === value) return shorter;
    }
    return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
  });
}
