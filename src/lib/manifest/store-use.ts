/** A database that a service uses, as one role with a login of its own. */
export interface DatabaseUse {
  readonly database: 'production' | 'staging';
  /** The role (NOLOGIN) of sql/<database> that holds the rights, e.g. `embed_batch`. */
  readonly role: string;
  /** The row of the credential matrix. */
  readonly title: string;
  readonly note?: string;
}

/** A Redis that a service uses, as a user of its own. */
export interface RedisUse {
  readonly instance: 'broker' | 'cache';
  readonly user: string;
  /** ACL rules of redis.io/docs/management/security/acl, e.g. `~bull:recognition:* +@all -@dangerous`. */
  readonly rules: string;
  readonly title: string;
  readonly note?: string;
}
