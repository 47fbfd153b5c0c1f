/** A text without control characters, which would break the lines that hosts answer and keep. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
