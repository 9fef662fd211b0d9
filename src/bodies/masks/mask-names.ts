// What can be masked, in the words of the config.

export const maskNames = ['keys', 'tokens', 'email', 'card', 'iban'] as const
export type MaskName = (typeof maskNames)[number]
