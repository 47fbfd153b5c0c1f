/** Where Redis looks for its configuration; the package's own file stays as it is. */
export const CONFIG = '/etc/redis/unde.conf';

/** A line for each client: its user, the credential with the digest of its password, and its rules. */
export const USERS = '/etc/redis/unde.users';

/** What is made up anew at each start: users.acl and memory.conf, for Redis; `USER.password` of the host's own users. */
export const RUN = '/run/unde-redis';

/** Writes what is in {@link RUN}, before Redis starts and whenever a password changes. */
export const PREPARE = '/usr/local/lib/unde/redis-prepare';

/** Says whether Redis is well. */
export const HEALTH = '/usr/local/lib/unde/redis-health';

/** redis-cli for whoever is root. */
export const CLIENT = '/usr/local/bin/unde-redis';

/** The kernel's setting that forks of a large process need. */
export const SYSCTL = '/etc/sysctl.d/60-unde-redis.conf';
