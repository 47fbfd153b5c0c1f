/** Private keys that are tried when neither the inventory nor the agent has one, in OpenSSH's order of trust. */
export const USUAL_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
