/** What kind of value a secret is: how it is made, and how it is rotated. */
export type SecretKind =
  /** Made by somebody else, and brought by the operator: a vendor's token. */
  | 'brought'
  /** Random text that the tool makes. */
  | 'password'
  /** `LOGIN:PASSWORD` of a PostgreSQL login role; rotation alternates between the logins `ROLE_a` and `ROLE_b`. */
  | 'database-login'
  /** A WireGuard private key; its public key stands beside it in the store. */
  | 'wireguard-key'
  /** A private key with its certificate (PEM), issued by the fleet's own authority. */
  | 'certificate';

/** A secret that a service holds, or that it checks others by. */
export interface SecretSpec {
  /** Its name in the operators' store: `secrets/<secret>.age`. Lower-case letters, digits and hyphens. */
  readonly secret: string;
  readonly kind: SecretKind;
  /** The row of the credential matrix, as operators call it, e.g. `Ximilar API token`. */
  readonly title: string;
  readonly note?: string;
  /** The credential's name on the host; the secret's own unless told otherwise. */
  readonly credential?: string;
  /**
   * What of it travels to this service: the value, or only what verifies it (then the service is no holder).
   * `scram-sha-256` is `LOGIN SCRAM-SHA-256$…` of a database login; `sha256` the hex digest of the value.
   * A verifier arrives twice while the secret is being rotated: as CREDENTIAL and as `CREDENTIAL.next`.
   */
  readonly form?: 'value' | 'scram-sha-256' | 'sha256';
  /** What makes the service take a new value: `restart` unless told otherwise; with `reload` it serves on. */
  readonly onChange?: 'restart' | 'reload';
  /** For database logins: the role that they are logins of. */
  readonly role?: string;
  /** For what is brought: what a lab takes in its place, where the service minds the form. */
  readonly standIn?: string;
  /** For certificates: the names and addresses that it is valid for, and what it may be used for. */
  readonly certificate?: CertificateSpec;
}

/** What a certificate of the fleet's own authority says. */
export interface CertificateSpec {
  readonly commonName: string;
  /** DNS names. */
  readonly names: readonly string[];
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
  readonly usage: readonly ('server' | 'client')[];
}
