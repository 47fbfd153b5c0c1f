/** The first line of every file that is rendered here. */
export const RENDERED = '# Rendered by unde from the inventory; changes made here are drift.';
