// The doors that `explain` can be told of, by the endpoints' own names.

export const doorNames = ['chat', 'responses', 'messages', 'generate', 'embeddings'] as const
