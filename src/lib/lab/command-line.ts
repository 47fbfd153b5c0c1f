import { Flags } from '@oclif/core';
import { parseContext } from '../context/context.ts';

/** The flag that names a lab. */
export const labNameFlag = {
  name: Flags.string({
    char: 'n',
    description: 'which lab; several run side by side',
    default: 'default',
    // The context's rule is the one place that says what a lab may be called.
    parse: async (text) => parseContext(`lab:${text}`, '--context').lab,
  }),
};
