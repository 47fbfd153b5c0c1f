import { Flags } from '@oclif/core';
import { parseContext } from '../common/context/context.ts';

/** The flag that names a lab. */
export const labNameFlag = {
  name: Flags.string({ char: 'n', description: 'which lab; several run side by side', default: 'default' }),
};

/**
 * The lab that the flags name, by the context's rule of what a lab may be called. Not the flag's own `parse`: the
 * parser would wrap the message in its own.
 *
 * @throws UndeError BAD_LAB_NAME
 */
export function labNameOf(flags: { readonly name: string }): string {
  return parseContext(`lab:${flags.name}`, '--context').lab;
}
