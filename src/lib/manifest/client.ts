/** Who may connect to a service's port. */
export type ClientSpec =
  /** A service, wherever it is placed, built or not. */
  | { readonly service: string; readonly port?: number; readonly protocol?: 'tcp' | 'udp' }
  /** Every host of the fleet. */
  | { readonly everybody: true; readonly port?: number; readonly protocol?: 'tcp' | 'udp' }
  /** Anybody at all. */
  | { readonly internet: true; readonly port?: number; readonly protocol?: 'tcp' | 'udp' };
