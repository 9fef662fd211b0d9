// Everything that Kysely is needed for, bundled apart from the rest: a gateway that runs builds no queries, and the text of
// the library alone takes a megabyte of its memory.
export { kyselyOver } from './kysely-over.ts'
export { migrate } from './migrate.ts'
