import { describe, expect, it } from 'vitest';
import { renderParameters } from '../../../../src/lib/desired/postgres/parameters.ts';

const text = renderParameters({ memory: 32 * 1024, listen: ['localhost'], timeZone: "Europe/O'slo" });
const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(text)?.[1];

describe('postgresql.conf', () => {
  it('has the figures of the description for 32 GB', () => {
    const wanted = {
      shared_buffers: "'8GB'",
      effective_cache_size: "'24GB'",
      work_mem: "'40MB'",
      maintenance_work_mem: "'2GB'",
      wal_buffers: "'64MB'",
      random_page_cost: '1.1',
      seq_page_cost: "'1.0'",
      effective_io_concurrency: '200',
      fsync: "'on'",
      full_page_writes: "'on'",
      wal_level: "'replica'",
      max_wal_senders: '5',
      max_replication_slots: '5',
      checkpoint_timeout: "'10min'",
      max_wal_size: "'2GB'",
      max_connections: '100',
    };
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, value(name)]))).toEqual(wanted);
  });

  it('takes passwords only as SCRAM, speaks TLS, and lets nothing be set past the file', () => {
    expect(value('password_encryption')).toBe("'scram-sha-256'");
    expect(value('ssl')).toBe("'on'");
    expect(value('allow_alter_system')).toBe("'off'");
  });

  it('keeps the values of queries out of the log', () => {
    expect(value('log_parameter_max_length')).toBe('0');
    expect(value('log_parameter_max_length_on_error')).toBe('0');
  });

  it('quotes what it is given', () => {
    expect(value('log_timezone')).toBe("'Europe/O''slo'");
  });

  it('sets nothing twice', () => {
    const names = [...text.matchAll(/^([\w.]+) = /gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
