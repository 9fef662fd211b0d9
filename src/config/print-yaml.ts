// A config as text, for people to read and go on with: sections open, their entries on one line, as in the guides.
import { Document, isScalar, visit } from 'yaml'

/** What is longer reads better in lines of its own. */
const entryCharactersMax = 90
/** The document, a section and its name stand above an entry. */
const entryDepth = 3

/** Prints settings as YAML under a comment. */
export function printYaml(settings: object, comment: string): string {
  const document = new Document(settings)
  document.commentBefore = comment
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')
  visit(document, {
    Map: (_, group, path) => {
      const isFlat = group.items.every(({ value }) => isScalar(value))
      if (path.length <= entryDepth || !isFlat) return
      group.flow = JSON.stringify(group.toJSON()).length <= entryCharactersMax
    },
  })
  return `${document.toString({ lineWidth: 0 }).trimEnd()}\n`
}
