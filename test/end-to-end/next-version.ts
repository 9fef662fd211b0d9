// Loaded into a gateway before anything of its own: makes it one of the version after this one, which has brought the tables of
// PostgreSQL one step further, or with VERSION=before one that does not know the last step yet.
import { postgresMigrations } from '../../src/adapters/postgres/migrations.ts'
import type { PostgresMigration } from '../../src/adapters/postgres/migrations.ts'

const migrations = postgresMigrations as PostgresMigration[]
if (process.env['VERSION'] === 'before') migrations.pop()
else {
  migrations.push({
    name: '9999-next',
    up: `ALTER TABLE keys ADD COLUMN next text NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN next bigint NOT NULL DEFAULT 0;
CREATE TABLE next (id text PRIMARY KEY)`,
  })
}
