// GET /v1/models and /v1/models/{name}: what this key may call, in OpenAI's shape.
import { ModelNotFound } from '../../core/errors.ts'
import { allowsModel } from '../../keys/allows-model.ts'
import type { Route, RouteRequest } from '../router.ts'

/** A model's entry. `created` is in seconds; it is not known, so it is the epoch. */
function entry(name: string, ownedBy: string): object {
  return { id: name, object: 'model', created: 0, owned_by: ownedBy }
}

function visible({ edge, caller }: RouteRequest): readonly { name: string; ownedBy: string }[] {
  return edge.world.pipeline.directory.list().filter(({ name }) => allowsModel(caller?.models ?? [], name))
}

export const models: Route = {
  method: 'GET',
  path: '/v1/models',
  access: { scope: 'models' },
  answer: (asked) =>
    Response.json({ object: 'list', data: visible(asked).map(({ name, ownedBy }) => entry(name, ownedBy)) }),
}

export const model: Route = {
  method: 'GET',
  path: '/v1/models/*',
  access: { scope: 'models' },
  answer: (asked) => {
    const { edge, caller, rest } = asked
    const found = allowsModel(caller?.models ?? [], rest)
      ? edge.world.pipeline.directory.find(rest)
      : undefined
    if (found?.kind === 'found') return Response.json(entry(rest, found.deployments[0].provider))
    throw new ModelNotFound(found?.sentence ?? `There is no model "${rest.slice(0, 120)}" for this key.`)
  },
}
