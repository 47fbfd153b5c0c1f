import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { parseLogin } from '../manifest/endpoints/login.ts';
import type { SecretSpec } from '../manifest/secret.ts';

/** PostgreSQL's SCRAM_SHA_256_DEFAULT_ITERATIONS. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;

/**
 * What of a secret travels to a service.
 *
 * * `value`: all of it.
 * * `sha256`: its hex digest, as Redis' `ACL SETUSER name #…` takes it.
 * * `scram-sha-256`: of a database login `LOGIN:PASSWORD`, `LOGIN SCRAM-SHA-256$…` as PostgreSQL stores it.
 *
 * The same value always gives the same text, so that a deploy without a change is none.
 *
 * @throws UndeError BAD_LOGIN
 */
export function secretForm(value: string, form: NonNullable<SecretSpec['form']>): string {
  if (form === 'value') return value;
  if (form === 'sha256') return createHash('sha256').update(value).digest('hex');
  const { login, password } = parseLogin(value);
  return `${login} ${scramVerifier(login, password)}`;
}

/**
 * The verifier of a password by RFC 5803, as `pg_be_scram_build_secret` of PostgreSQL writes it. The password is ASCII,
 * which SASLprep leaves alone. The salt follows from login and password, at the cost of guessing the password itself:
 * PgBouncer and PostgreSQL must never differ in it, nor two deploys.
 */
export function scramVerifier(
  login: string,
  password: string,
  salt = pbkdf2Sync(password, `unde scram salt ${login}`, ITERATIONS, SALT_BYTES, 'sha256'),
): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  const server = key('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
}
