const MAY_BE_A_FORMULA = /^[=+\-@\t\r]/;
const A_NUMBER = /^-?[0-9]+([.,][0-9]+)?$/;
const BYTE_ORDER_MARK = "\uFEFF"; // without it, some spreadsheets take Chinese and Arabic for something else

/** Lines of comma-separated values (RFC 4180). A text that a spreadsheet would run as a formula is kept from that. */
export function csvOf(lines: readonly (readonly (string | number | null | undefined)[])[]): string {
  return BYTE_ORDER_MARK + lines.map((line) => line.map(cellOf).join(",")).join("\r\n") + "\r\n";
}

function cellOf(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const safe = MAY_BE_A_FORMULA.test(text) && !A_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Have the browser save a file. */
export function save(name: string, content: BlobPart, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
