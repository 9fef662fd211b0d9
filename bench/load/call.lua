-- What wrk sends, and how it tells: one POST with the headers from the environment and the body from a file,
-- and at the end one line of JSON, because wrk's own summary is made for eyes.
wrk.method = "POST"
local body = assert(io.open(os.getenv("BENCH_BODY_FILE"), "rb"))
wrk.body = body:read("*a")
body:close()
wrk.headers["Content-Type"] = "application/json"
for line in os.getenv("BENCH_HEADERS"):gmatch("[^\n]+") do
  local name, value = line:match("^([^:]+): (.*)$")
  wrk.headers[name] = value
end

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'BENCH {"calls":%d,"bytes":%d,"durationUs":%d,"failedStatus":%d,"failedSocket":%d,"latencyP50Us":%d}\n',
    summary.requests, summary.bytes, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50)))
end
