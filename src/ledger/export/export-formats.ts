// In which formats what was spent is exported, and what they are to a client.

export const exportFormats = ['csv', 'jsonl', 'focus'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** `focus` is CSV, too. */
export const typeOfExport = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
  focus: 'text/csv; charset=utf-8; header=present',
} as const satisfies Readonly<Record<ExportFormat, string>>
