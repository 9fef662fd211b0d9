// What every command may be told on the command line.

export interface CommonOptions {
  readonly config?: string
  readonly dataDir?: string
}
