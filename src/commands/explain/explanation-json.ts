// An explanation for programs. Names of members are a contract: they are added to and never changed.
import type { ExplainedDeployment, Explanation, Sending } from '../../pipeline/explain-call.ts'
import type { AskingKey, Bounds } from '../../pipeline/explain-key.ts'

/** The explanation as a JSON value. */
export function explanationJson(explanation: Explanation): object {
  const { door, asked, plan, refusal, timeouts, sticky } = explanation
  return {
    object: 'explanation',
    endpoint: door.endpoint,
    format: door.spoken,
    refused: refusal ?? null,
    key: explanation.key === undefined ? null : keyJson(explanation.key, explanation.bounds),
    request: {
      bytes: explanation.bodyBytes,
      model: asked?.model ?? null,
      stream: asked?.stream ?? null,
      estimated_input_tokens: asked?.estimatedInputTokens ?? null,
      refers_to_earlier: explanation.refers,
    },
    answered_by_estimate: explanation.isEstimated,
    plan:
      plan === undefined
        ? null
        : {
            policy: plan.policy,
            attempts: plan.attemptsMax,
            on_break: plan.onBreak,
            hedge:
              plan.hedge === undefined
                ? null
                : { after_ms: plan.hedge.afterMs ?? null, min_ms: plan.hedge.minMs },
            residency: explanation.demands.map(({ by, residency }) => ({
              by,
              regions: residency.regions ?? null,
              classes: residency.classes ?? null,
            })),
            elsewhere: explanation.elsewhere.map(({ name, region, dataClass }) => ({
              name,
              region: region ?? null,
              class: dataClass ?? null,
            })),
            narrowed_by: explanation.narrowedBy === '' ? null : explanation.narrowedBy,
            left_out: explanation.leftOut,
            last_resort: explanation.lastResort ?? null,
            canned_message: plan.cannedMessage !== undefined,
            sticky: plan.sticky ?? null,
            sticky_to: sticky === '' ? null : sticky,
          },
    deployments: explanation.deployments.map(deploymentJson),
    attempts: explanation.attempts.map(({ name, because, isDrawn }) => ({
      deployment: name,
      because,
      drawn: isDrawn,
    })),
    timeouts: {
      first_token_ms: timeouts.firstTokenMs,
      stall_ms: timeouts.stallMs,
      attempt_ms: timeouts.attemptMs,
      total_ms: timeouts.totalMs,
    },
  }
}

function keyJson({ id, name, state, caller }: AskingKey, bounds: Bounds | undefined): object {
  return {
    id,
    name,
    state,
    tenant: caller?.tenant ?? null,
    team: caller?.team ?? null,
    user: caller?.user ?? null,
    limits:
      bounds?.limits.map(({ level, name: whose, kind, amount, perMs, burst }) => ({
        level,
        name: whose,
        kind,
        amount,
        per_ms: perMs === 0 ? null : perMs,
        burst,
      })) ?? [],
    budgets:
      bounds?.budgets.map(({ level, name: whose, unit, amount, period, stops }) => ({
        level,
        name: whose,
        ...(unit === 'tokens' ? { tokens: amount } : { dollars: amount / 1e9 }),
        per: period,
        stops,
      })) ?? [],
  }
}

function deploymentJson({
  deployment,
  availability,
  sending,
  patienceMs,
  doubts,
}: ExplainedDeployment): object {
  return {
    name: deployment.name,
    priority: deployment.priority,
    weight: deployment.weight,
    tags: [...deployment.tags],
    region: deployment.region ?? null,
    class: deployment.dataClass ?? null,
    availability,
    sent: sendingJson(sending),
    timeout_ms: patienceMs,
    doubts,
  }
}

function sendingJson(sending: Sending): object {
  if (sending.kind === 'relay') return { as: 'relay' }
  if (sending.kind === 'refusal') return { as: 'nothing', code: sending.code, message: sending.message }
  const dropped = sending.dropped === '' ? [] : sending.dropped.split(', ')
  return { as: 'translation', format: sending.dialect, dropped }
}
