import { UndeError } from '../../common/error/unde-error.ts';

/** A database login: `LOGIN:PASSWORD`. */
export function parseLogin(value: string): { login: string; password: string } {
  const [, login, password] = /^([a-z_][a-z0-9_]*):([\x21-\x7e]+)$/.exec(value) ?? [];
  if (login === undefined || password === undefined) {
    throw new UndeError({
      code: 'BAD_LOGIN',
      message: 'the value is no database login: ROLE_a:PASSWORD or ROLE_b:PASSWORD, both in plain ASCII',
      exit: 'config',
      hint: 'let the tool make it: unde secrets generate',
    });
  }
  return { login, password };
}
