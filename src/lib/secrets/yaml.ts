/** In a file of its own, to be loaded only where an index is read: parsing YAML costs a command's start. */
export { parse, stringify } from 'yaml';
