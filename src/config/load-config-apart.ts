// Everything that reading a config takes: its schema, the YAML parser and what goes over the whole of it. Loaded for
// a moment, because a running gateway needs only what was read.
export { loadConfig, loadDraft } from './load-config.ts'
