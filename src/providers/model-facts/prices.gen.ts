// Derived by scripts/snapshot-prices.mjs from @pydantic/genai-prices 0.1.8 (MIT) of 2026-09-23. Do not edit; what is
// wrong here for you, `price` of a deployment in the config puts right. The letters: scripts/model-facts/price-line.mjs.

/** The day of these prices. */
export const pricesDate = '2026-09-23'

/** A line for each model, by the provider's name at models.dev. */
export const prices: Readonly<Record<string, string>> = {
  "anthropic": `claude-2 i8 o24
claude-3-5-haiku i0.8 w1 c0.08 o4 h1.6
claude-3-5-sonnet i3 w3.75 c0.3 o15 h6
claude-3-7-sonnet i3 w3.75 c0.3 o15 h6
claude-3-haiku i0.25 w0.3 c0.03 o1.25 h0.5
claude-3-opus i15 w18.75 c1.5 o75 h30
claude-3-sonnet i3 w3.75 c0.3 o15 h6
claude-fable-5 i10 w12.5 c1 o50 h20
claude-fable-5-1 i10 w12.5 c0.25 o50 h20
claude-haiku-4-5 i1 w1.25 c0.1 o5 h2
claude-haiku-4-5-20251001 i1 w1.25 c0.1 o5 h2
claude-opus-4 i15 w18.75 c1.5 o75 h30
claude-opus-4-0 i15 w18.75 c1.5 o75 h30
claude-opus-4-1 i15 w18.75 c1.5 o75 h30
claude-opus-4-5 i5 w6.25 c0.5 o25 h10
claude-opus-4-5-20251101 i5 w6.25 c0.5 o25 h10
claude-opus-4-6 i5 w6.25 c0.5 o25 h10 >200000 i10 w12.5 c1 o37.5 h20 @2026-03-13 i5 w6.25 c0.5 o25 h10
claude-opus-4-7 i5 w6.25 c0.5 o25 h10
claude-opus-4-8 i5 w6.25 c0.5 o25 h10
claude-opus-5 i5 w6.25 c0.5 o25 h10
claude-opus-5-5 i4 w5 c0.2 o20 h8
claude-sonnet-4 i3 w3.75 c0.3 o15 h6
claude-sonnet-4-0 i3 w3.75 c0.3 o15 h6
claude-sonnet-4-5 i3 w3.75 c0.3 o15 h6 >200000 i6 w7.5 c0.6 o22.5 h12
claude-sonnet-4-5-20250929 i3 w3.75 c0.3 o15 h6 >200000 i6 w7.5 c0.6 o22.5 h12
claude-sonnet-4-6 i3 w3.75 c0.3 o15 h6 >200000 i6 w7.5 c0.6 o22.5 h12 @2026-03-13 i3 w3.75 c0.3 o15 h6
claude-sonnet-5 i2 w2.5 c0.2 o10 h4
claude-sonnet-5-5 i2 w2.5 c0.2 o10 h4
claude-v1 i8 o24`,
  "azure": `ada i0.1 o0
babbage i0.4 o0
curie i2 o0
davinci i2 o0
o1 i15 c7.5 o60
o1-mini i1.1 c0.55 o4.4
o1-preview i15 c7.5 o60
o3 i2 c0.5 o8
o3-2025-04-16 i2 c0.5 o8
o3-mini i1.1 c0.55 o4.4
o4-mini i1.1 c0.28 o4.4
phi-3-medium-128k-instruct i1 o1
phi-3-mini-128k-instruct i0.1 o0.1
phi-3.5-mini-128k-instruct i0.1 o0.1
phi-4 i0.07 o0.14
phi-4-mini-instruct i0.08 o0.35
phi-4-multimodal-instruct i0.05 o0.1
phi-4-reasoning-plus i0.07 o0.35
text-embedding-3-large i0.13 o0
text-embedding-3-small i0.02 o0
text-embedding-ada-002 i0.1 o0
wizardlm-2-8x22b i0.48 o0.48`,
  "baseten": `deepseek-ai/DeepSeek-V4-Flash-0731 i0.13 c0.028 o0.26
deepseek-ai/DeepSeek-V4-Pro i1.74 c0.145 o3.48
deepseek-ai/DeepSeek-V4-Pro-0813 i1.32 c0.132 o3.96
moonshotai/Kimi-K2.6 i0.95 c0.16 o4
moonshotai/Kimi-K2.7-Code i0.95 c0.16 o4
moonshotai/Kimi-K3 i3 c0.3 o15
nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B i0.6 c0.12 o2.4
openai/gpt-oss-120b i0.1 o0.5
thinkingmachines/inkling i1 c0.17 o4.05
thinkingmachines/inkling-small i0.5 c0.1 o1.2
zai-org/GLM-4.7 i0.6 c0.12 o2.2
zai-org/GLM-5.2 i1.4 c0.14 o4.4
zai-org/GLM-5.2-Fast i2.1 c0.21 o6.6
zai-org/GLM-5.3 i1.4 c0.14 o4.4
zai-org/GLM-5.3-Flash i0.15 c0.03 o0.5`,
  "cerebras": `gemma-4-31b i0.99 o1.49
gpt-oss-120b i0.35 o0.75
llama-3.3-70b i0.85 o1.2
llama3.1-8b i0.1 o0.1
qwen-3-32b i0.4 o0.8
zai-glm-4.7 i2.25 o2.75`,
  "cloudflare-workers-ai": `@cf/ai4bharat/indictrans2-en-indic-1B i0.342 o0.342
@cf/aisingapore/gemma-sea-lion-v4-27b-it i0.351 o0.555
@cf/baai/bge-base-en-v1.5 i0.067 o0
@cf/baai/bge-large-en-v1.5 i0.204 o0
@cf/baai/bge-m3 i0.012 o0
@cf/baai/bge-reranker-base i0.003 o0
@cf/baai/bge-small-en-v1.5 i0.02 o0
@cf/deepseek-ai/deepseek-r1-distill-qwen-32b i0.497 o4.881
@cf/deepseek-ai/deepseek-v4-flash-0731 i0.44 c0.014 o1.32
@cf/deepseek-ai/deepseek-v4-pro-0813 i1.32 c0.044 o3.96
@cf/google/gemma-3-12b-it i0.345 o0.556
@cf/google/gemma-4-26b-a4b-it i0.1 o0.3
@cf/huggingface/distilbert-sst-2-int8 i0.026 o0
@cf/ibm-granite/granite-4.0-h-micro i0.017 o0.112
@cf/meta/llama-2-7b-chat-fp16 i0.556 o6.667
@cf/meta/llama-3-8b-instruct i0.282 o0.827
@cf/meta/llama-3-8b-instruct-awq i0.123 o0.266
@cf/meta/llama-3.1-70b-instruct-fp8-fast i0.293 o2.253
@cf/meta/llama-3.1-8b-instruct i0.282 o0.827
@cf/meta/llama-3.1-8b-instruct-awq i0.123 o0.266
@cf/meta/llama-3.1-8b-instruct-fp8 i0.152 o0.287
@cf/meta/llama-3.1-8b-instruct-fp8-fast i0.045 o0.384
@cf/meta/llama-3.2-11b-vision-instruct i0.049 o0.676
@cf/meta/llama-3.2-1b-instruct i0.027 o0.201
@cf/meta/llama-3.2-3b-instruct i0.051 o0.335
@cf/meta/llama-3.3-70b-instruct-fp8-fast i0.293 o2.253
@cf/meta/llama-4-scout-17b-16e-instruct i0.27 o0.85
@cf/meta/llama-guard-3-8b i0.484 o0.03
@cf/meta/m2m100-1.2b i0.342 o0.342
@cf/mistral/mistral-7b-instruct-v0.1 i0.11 o0.19
@cf/mistralai/mistral-small-3.1-24b-instruct i0.351 o0.555
@cf/moondream/moondream3.1-9B-A2B i0.3 o1
@cf/moonshotai/kimi-k2.5 i0.6 c0.1 o3
@cf/moonshotai/kimi-k2.6 i0.95 c0.16 o4
@cf/moonshotai/kimi-k2.7-code i0.95 c0.19 o4
@cf/nvidia/nemotron-3-120b-a12b i0.5 o1.5
@cf/openai/gpt-oss-120b i0.35 o0.75
@cf/openai/gpt-oss-20b i0.2 o0.3
@cf/pfnet/plamo-embedding-1b i0.019 o0
@cf/qwen/qwen2.5-coder-32b-instruct i0.66 o1
@cf/qwen/qwen3-30b-a3b-fp8 i0.051 o0.335
@cf/qwen/qwen3-embedding-0.6b i0.012 o0
@cf/qwen/qwen3.8-27b i0.45 o3.2
@cf/qwen/qwq-32b i0.66 o1
@cf/zai-org/glm-4.7-flash i0.06 o0.4
@cf/zai-org/glm-5.2 i1.4 c0.26 o4.4
@cf/zai-org/glm-5.3-flash i0.15 c0.03 o0.5`,
  "cohere": `c4ai-aya-expanse-32b i0.5 o1.5
c4ai-aya-expanse-8b i0.5 o1.5
command i1 o2
command-a i2.5 o10
command-a-03-2025 i2.5 o10
command-light i0.3 o0.6
command-r i0.15 o0.6
command-r-08-2024 i0.15 o0.6
command-r-plus i2.5 o10
command-r-plus-08-2024 i2.5 o10
command-r7b i0.0375 o0.15
command-r7b-12-2024 i0.0375 o0.15
embed-v4.0 i0.12 o0`,
  "deepseek": `deepseek-chat i0.135 c0.035 o0.55 ~30-990 i0.27 c0.07 o1.1
deepseek-reasoner i0.135 c0.035 o0.55 ~30-990 i0.55 c0.14 o2.19
deepseek-v3.1-terminus i0.27 c0.13 o0.95
deepseek-v3.2 i0.2288 o0.3432
deepseek-v3.2-exp i0.27 o0.41
deepseek-v4-flash i0.14 c0.0028 o0.28 @2026-08-17 i0.22 c0.007 o0.66 ~60-240 i0.44 c0.014 o1.32 ~360-600 i0.44 c0.014 o1.32
deepseek-v4-pro i0.435 c0.003625 o0.87 @2026-08-17 i0.66 c0.022 o1.98 ~60-240 i1.32 c0.044 o3.96 ~360-600 i1.32 c0.044 o3.96`,
  "fireworks-ai": `accounts/fireworks/models/deepseek-v4-flash i0.14 c0.028 o0.28
accounts/fireworks/models/deepseek-v4-flash-0731 i0.14 c0.028 o0.28
accounts/fireworks/models/deepseek-v4-pro i1.74 c0.145 o3.48
accounts/fireworks/models/glm-5p2 i1.4 c0.14 o4.4
accounts/fireworks/models/gpt-oss-120b i0.15 c0.014 o0.6
accounts/fireworks/models/gpt-oss-20b i0.07 c0.035 o0.3
accounts/fireworks/models/inkling i1 c0.17 o4.05
accounts/fireworks/models/kimi-k2p6 i0.95 c0.16 o4
accounts/fireworks/models/kimi-k2p7-code i0.95 c0.19 o4
accounts/fireworks/models/kimi-k3 i3 c0.3 o15
accounts/fireworks/models/minimax-m2p7 i0.3 c0.06 o1.2
accounts/fireworks/models/minimax-m3 i0.3 c0.06 o1.2
accounts/fireworks/models/nemotron-3-ultra-nvfp4 i0.6 c0.12 o2.4
accounts/fireworks/models/qwen3p7-plus i0.4 c0.08 o1.6
accounts/fireworks/routers/glm-5p2-fast i2.1 c0.21 o6.6
accounts/fireworks/routers/kimi-k2p6-fast i2 c0.3 o8
accounts/fireworks/routers/kimi-k2p7-code-fast i1.9 c0.38 o8
accounts/fireworks/routers/kimi-k3-fast i4.5 c0.45 o22.5
deepseek-r1-0528 i3 o8
deepseek-v3-0324 i0.9 o0.9
deepseek-v3p2 i0.56 c0.28 o1.68
deepseek-v4-flash i0.14 c0.028 o0.28
deepseek-v4-pro i1.74 c0.145 o3.48
gemma-3-27b-it i0.1 o0.1
glm-4p7 i0.6 o2.2
glm-5p1 i1.4 c0.26 o4.4
glm-5p1-fast i2.8 c0.52 o8.8
glm-5p2 i1.4 c0.14 o4.4
glm-5p2-fast i2.1 c0.21 o6.6
gpt-oss-120b i0.15 c0.014 o0.6
gpt-oss-20b i0.07 c0.035 o0.3
inkling i1 c0.17 o4.05
kimi-k2p5 i0.6 c0.1 o3
kimi-k2p6 i0.95 c0.16 o4
kimi-k2p6-fast i2 c0.3 o8
kimi-k2p7-code i0.95 c0.19 o4
kimi-k2p7-code-fast i1.9 c0.38 o8
kimi-k3 i3 c0.3 o15
kimi-k3-fast i4.5 c0.45 o22.5
kimi-k3-us i3.3 c0.33 o16.5
llama-v3p1-8b-instruct i0.2 o0.2
llama4-maverick-instruct-basic i0.22 o0.88
minimax-m2p1 i0.3 o1.2
minimax-m2p7 i0.3 c0.06 o1.2
minimax-m3 i0.3 c0.06 o1.2
nemotron-3-ultra-nvfp4 i0.6 c0.12 o2.4
qwen2p5-vl-72b-instruct i0.9 o0.9
qwen3-235b-a22b i0.22 o0.88
qwen3p6-plus i0.5 c0.1 o3
qwen3p7-plus i0.4 c0.08 o1.6`,
  "google": `claude-3-5-haiku i0.8 w1 c0.08 o4
claude-3-5-sonnet i3 w3.75 c0.3 o15
claude-3-7-sonnet i3 w3.75 c0.3 o15
claude-3-haiku i0.25 w0.3 c0.03 o1.25
claude-3-opus i15 w18.75 c1.5 o75
claude-4-opus i15 w18.75 c1.5 o75
claude-4-sonnet i3 w3.75 c0.3 o15
claude-fable-5 i10 w12.5 c1 o50
claude-fable-5-1 i10 w12.5 c0.25 o50
claude-opus-4-6 i5 w6.25 c0.5 o25 >200000 i10 w12.5 c1 o37.5
claude-opus-4-7 i5 w6.25 c0.5 o25
claude-opus-4-8 i5 w6.25 c0.5 o25
claude-opus-5 i5 w6.25 c0.5 o25
claude-opus-5-5 i4 w5 c0.2 o20
claude-sonnet-4-5 i3 w3.75 c0.3 o15 >200000 i6 w7.5 c0.6 o22.5
claude-sonnet-4-6 i3 w3.75 c0.3 o15
gemini-1.0-pro-vision-001 i0.125 o0.375
gemini-1.5-flash i0.075 c0.01875 o0.3 >128000 i0.15 c0.0375 o0.6
gemini-1.5-pro i1.25 o5 >128000 i2.5 o10
gemini-2.0-flash i0.1 c0.025 o0.4 a0.7
gemini-2.0-flash-lite i0.075 o0.3
gemini-2.5-flash i0.3 c0.03 o2.5 a1
gemini-2.5-flash-image i0.3 o2.5 n30
gemini-2.5-flash-lite i0.1 c0.01 o0.4 a0.3
gemini-2.5-flash-lite-preview-tts i0.5 o10
gemini-2.5-flash-preview i0.15 o0.6
gemini-2.5-flash-tts i0.5 o10
gemini-2.5-pro i1.25 c0.125 o10 >200000 i2.5 c0.25 o15
gemini-2.5-pro-tts i1 o20
gemini-3-flash-preview i0.5 c0.05 o3 a1
gemini-3-pro-image i2 o12 n120
gemini-3-pro-image-preview i2 o12 n120
gemini-3-pro-preview i2 c0.2 o12 >200000 i4 c0.4 o18
gemini-3.1-flash-image i0.5 o3 n60
gemini-3.1-flash-image-preview i0.5 o3 n60
gemini-3.1-flash-lite i0.25 c0.025 o1.5 a0.5
gemini-3.1-flash-lite-image i0.25 o1.5 n30
gemini-3.1-flash-lite-preview i0.25 c0.025 o1.5 a0.5
gemini-3.1-flash-live-preview i0.75 o4.5 a3 b12 m1
gemini-3.1-pro-preview i2 c0.2 o12 >200000 i4 c0.4 o18
gemini-3.1-pro-preview-customtools i2 c0.2 o12 >200000 i4 c0.4 o18
gemini-3.5-flash i1.5 c0.15 o9
gemini-3.5-flash-lite i0.3 c0.03 o2.5
gemini-3.6-flash i0.75 c0.075 o3.75 @2027-01-01 i1.5 c0.15 o7.5
gemini-3.7-flash i0.75 c0.075 o3.75 @2027-01-01 i1.5 c0.15 o7.5
gemini-3.8-flash i0.75 c0.075 o3.75 @2027-01-01 i1.5 c0.15 o7.5
gemini-embedding-001 i0.15 o0
gemini-embedding-2 i0.2 a6.5 m0.45 o0
gemini-flash-1.5 i0.075 c0.01875 o0.3 >128000 i0.15 c0.0375 o0.6
gemini-flash-1.5-8b i0.0375 c0.01 o0.15 >128000 i0.075 c0.02 o0.3
gemini-live-2.5-flash i0.5 o2 a3 b12
gemini-omni-flash-preview i1.5 o9
gemini-pro i0.125 o0.375
gemini-pro-1.5 i1.25 c0.3125 o5 >128000 i2.5 c0.625 o10
gemma-2-27b-it i0.65 o0.65
gemma-4-26b-a4b-it-maas i0.15 c0.015 o0.6`,
  "groq": `deepseek-r1-distill-llama-70b i0.75 o0.99
gemma-7b-it i0.07 o0.07
gemma2-9b-it i0.2 o0.2
llama-3.1-405b-reasoning i0.59 o0.79
llama-3.1-70b-versatile i0.59 o0.79
llama-3.1-8b-instant i0.05 o0.08
llama-3.2-11b-text-preview i0.18 o0.18
llama-3.2-11b-vision-preview i0.18 o0.18
llama-3.2-1b-preview i0.04 o0.04
llama-3.2-3b-preview i0.06 o0.06
llama-3.2-90b-text-preview i0.9 o0.9
llama-3.2-90b-vision-preview i0.9 o0.9
llama-3.3-70b-specdec i0.59 o0.99
llama-3.3-70b-versatile i0.59 o0.79
llama-guard-3-8b i0.2 o0.2
llama2-70b-4096 i0.7 o0.8
llama3-70b-8192 i0.59 o0.79
llama3-8b-8192 i0.05 o0.08
llama3-groq-70b-8192-tool-use-preview i0.89 o0.89
llama3-groq-8b-8192-tool-use-preview i0.19 o0.19
meta-llama/llama-4-maverick-17b-128e-instruct i0.2 o0.6
meta-llama/llama-4-scout-17b-16e-instruct i0.11 o0.34
meta-llama/llama-guard-4-12b i0.2 o0.2
mistral-saba-24b i0.79 o0.79
mixtral-8x7b-32768 i0.24 o0.24
moonshotai/kimi-k2-instruct i1 c0.5 o3
openai/gpt-oss-120b i0.15 c0.075 o0.6
openai/gpt-oss-20b i0.075 c0.0375 o0.3
openai/gpt-oss-safeguard-20b i0.15 c0.075 o0.6
qwen/qwen3-32b i0.29 o0.59`,
  "minimax": `M2-her i0.3 o1.2
MiniMax-M2 i0.3 w0.375 c0.03 o1.2
MiniMax-M2.1 i0.3 w0.375 c0.03 o1.2
MiniMax-M2.1-highspeed i0.6 w0.375 c0.03 o2.4
MiniMax-M2.5 i0.3 w0.375 c0.03 o1.2
MiniMax-M2.5-highspeed i0.6 w0.375 c0.03 o2.4
MiniMax-M2.7 i0.3 w0.375 c0.06 o1.2
MiniMax-M2.7-highspeed i0.6 w0.375 c0.06 o2.4
minimax-01 i0.2 o1.1
minimax-m1 i0.4 o2.2
minimax-m3 i0.3 c0.06 o1.2 >512000 i0.6 c0.12 o2.4`,
  "mistral": `codestral i0.3 o0.9
codestral-2508 i0.3 c0.03 o0.9
codestral-latest i0.3 o0.9
devstral-2512 i0.4 c0.04 o2
devstral-small i0.1 o0.3
devstral-small-2505 i0.1 o0.3
devstral-small-2507 i0.1 o0.3
labs-devstral-small-2512 i0.1 o0.3
magistral-medium i2 o5
magistral-medium-latest i2 o5
magistral-small i0.5 o1.5
ministral-14b-2512 i0.2 c0.02 o0.2
ministral-3b i0.04 o0.04
ministral-3b-2512 i0.1 c0.01 o0.1
ministral-8b i0.1 o0.1 @2025-12-02 i0.15 c0.015 o0.15
ministral-8b-2512 i0.15 c0.015 o0.15
ministral-8b-latest i0.1 o0.1 @2025-12-02 i0.15 c0.015 o0.15
mistral-7b i0.25 o0.25
mistral-embed i0.1 o0.1
mistral-large i2 o6
mistral-large-2411 i2 o6
mistral-large-2512 i0.5 c0.05 o1.5
mistral-large-latest i2 o6
mistral-medium i0.4 c0.04 o2 @2026-06-16 i1.5 c0.15 o7.5
mistral-medium-2312 i2.7 o8.1
mistral-medium-2505 i0.4 c0.04 o2
mistral-medium-2508 i0.4 c0.04 o2
mistral-medium-3-1 i0.4 c0.04 o2
mistral-medium-3-5 i1.5 c0.15 o7.5
mistral-medium-latest i0.4 c0.04 o2 @2026-06-16 i1.5 c0.15 o7.5
mistral-nemo i0.15 o0.15
mistral-saba i0.2 o0.6
mistral-small i0.1 o0.3
mistral-small-24b-instruct-2501 i0.05 o0.08
mistral-small-2603 i0.15 c0.015 o0.6
mistral-small-3.1-24b-instruct i0.351 o0.555
mistral-small-3.2-24b-instruct i0.075 o0.2
mistral-small-latest i0.1 o0.3
mistral-tiny i0.25 o0.25
mixtral-8x22b-instruct i0.9 o0.9
mixtral-8x7b i0.7 o0.7
open-mistral-7b i0.25 o0.25
open-mistral-nemo i0.15 o0.15
open-mixtral-8x7b i0.7 o0.7
pixtral-12b i0.15 o0.15
pixtral-large i2 o6
pixtral-large-latest i2 o6
voxtral-small-24b-2507 i0.1 c0.01 o0.3 @2026-08-11 i0.1 c0.01 o0.4
voxtral-small-latest i0.1 c0.01 o0.3 @2026-08-11 i0.1 c0.01 o0.4`,
  "moonshotai": `kimi-k2 i0.57 o2.3
kimi-k2-0711-preview i0.6 c0.15 o2.5
kimi-k2-0905-preview i0.6 c0.15 o2.5
kimi-k2-thinking i0.6 c0.15 o2.5
kimi-k2-thinking-turbo i1.15 c0.15 o8
kimi-k2-turbo-preview i1.15 c0.15 o8
kimi-k2.5 i0.6 c0.1 o3
kimi-k2.6 i0.95 c0.16 o4
kimi-k2.7-code i0.95 c0.19 o4
kimi-k2.7-code-highspeed i1.9 c0.38 o8
kimi-k3 i3 c0.3 o15
moonshot-v1-128k i2 o5
moonshot-v1-32k i1 o3
moonshot-v1-8k i0.2 o2`,
  "novita-ai": `Sao10K/L3-8B-Stheno-v3.2 i0.05 o0.05
cognitivecomputations/dolphin-mixtral-8x22b i0.9 o0.9
deepseek/deepseek-r1 i4 o4
deepseek/deepseek-r1-distill-llama-70b i0.8 o0.8
deepseek/deepseek-r1-distill-llama-8b i0.04 o0.04
deepseek/deepseek-r1-distill-qwen-14b i0.15 o0.15
deepseek/deepseek-r1-distill-qwen-32b i0.3 o0.3
deepseek/deepseek_v3 i0.89 o0.89
google/gemma-2-9b-it i0.08 o0.08
gryphe/mythomax-l2-13b i0.09 o0.09
jondurbin/airoboros-l2-70b i0.5 o0.5
meta-llama/llama-3-70b-instruct i0.51 o0.74
meta-llama/llama-3-8b-instruct i0.04 o0.04
meta-llama/llama-3.1-70b-instruct i0.34 o0.39
meta-llama/llama-3.1-8b-instruct i0.05 o0.05
meta-llama/llama-3.1-8b-instruct-bf16 i0.06 o0.06
meta-llama/llama-3.2-11b-vision-instruct i0.06 o0.06
meta-llama/llama-3.2-1b-instruct i0.02 o0.02
meta-llama/llama-3.2-3b-instruct i0.03 o0.05
meta-llama/llama-3.3-70b-instruct i0.39 o0.39
microsoft/wizardlm-2-8x22b i0.62 o0.62
mistralai/mistral-7b-instruct i0.059 o0.059
mistralai/mistral-nemo i0.17 o0.17
nousresearch/hermes-2-pro-llama-3-8b i0.14 o0.14
nousresearch/nous-hermes-llama2-13b i0.17 o0.17
openchat/openchat-7b i0.06 o0.06
qwen/qwen-2-7b-instruct i0.054 o0.054
qwen/qwen-2-vl-72b-instruct i0.45 o0.45
qwen/qwen-2.5-72b-instruct i0.38 o0.4
sao10k/l3-70b-euryale-v2.1 i1.48 o1.48
sao10k/l3-8b-lunaris i0.05 o0.05
sao10k/l31-70b-euryale-v2.2 i1.48 o1.48
sophosympatheia/midnight-rose-70b i0.8 o0.8
teknium/openhermes-2.5-mistral-7b i0.17 o0.17`,
  "openai": `ada i0.4 o0.4
babbage i0.5 o0.5
chatgpt-4o i5 o15
codex-mini i1.5 c0.375 o6
computer-use i3 o12
curie i2 o2
davinci i20 o20
ft:gpt-3.5-turbo- i3 o6
ft:gpt-4o i3.75 o15
ft:gpt-4o-mini i0.3 o1.2
gpt-3.5-0301 i1.5 o2
gpt-3.5-turbo i0.5 o1.5
gpt-3.5-turbo-0613 i1.5 o2
gpt-3.5-turbo-1106 i1 o2
gpt-3.5-turbo-16k i3 o4
gpt-3.5-turbo-instruct i1.5 o2
gpt-4 i30 o60
gpt-4-32k i60 o120
gpt-4-turbo i10 o30
gpt-4-vision-preview i10 o30
gpt-4.1 i2 c0.5 o8
gpt-4.1-mini i0.4 c0.1 o1.6
gpt-4.1-nano i0.1 c0.025 o0.4
gpt-4.5-preview i75 c37.5 o150
gpt-4o i2.5 c1.25 o10
gpt-4o-2024-05-13 i5 o15
gpt-4o-2024-08-06 i2.5 c1.25 o10
gpt-4o-2024-11-20 i2.5 c1.25 o10
gpt-4o-audio-preview i2.5 o10
gpt-4o-mini i0.15 c0.075 o0.6
gpt-4o-mini-2024-07-18.ft- i0.3 o1.2
gpt-4o-mini-audio-preview i0.15 o0.6
gpt-4o-mini-realtime-preview i0.6 c0.3 o2.4 a10 b20
gpt-4o-mini-transcribe i1.25 o5 a3
gpt-4o-mini-tts i0.6 o12
gpt-4o-realtime-preview i5 c2.5 o20 a40 b80
gpt-4o-search-preview i2.5 o10
gpt-4o-transcribe i2.5 o10 a6
gpt-4o:extended i6 o18
gpt-5 i1.25 c0.125 o10
gpt-5-image i10 c1.25 o10
gpt-5-image-mini i2.5 c0.25 o2
gpt-5-mini i0.25 c0.025 o2
gpt-5-nano i0.05 c0.005 o0.4
gpt-5-pro i15 o120
gpt-5.1 i1.25 c0.125 o10
gpt-5.1-codex-mini i0.25 c0.025 o2
gpt-5.2 i1.75 c0.175 o14
gpt-5.2-chat-latest i1.75 c0.175 o14
gpt-5.2-pro i21 o168
gpt-5.3 i1.75 c0.175 o14
gpt-5.3-chat-latest i1.75 c0.175 o14
gpt-5.3-codex i1.75 c0.175 o14
gpt-5.4 i2.5 c0.25 o15 >271999 i5 c0.5 o22.5
gpt-5.4-image-2 i8 c2 o15
gpt-5.4-mini i0.75 c0.075 o4.5
gpt-5.4-nano i0.2 c0.02 o1.25
gpt-5.4-pro i30 o180 >271999 i60 o270
gpt-5.5 i5 c0.5 o30 >271999 i10 c1 o45
gpt-5.5-pro i30 o180 >271999 i60 o270
gpt-5.6 i5 w6.25 c0.5 o30 >271999 i10 w12.5 c1 o45 @2026-08-21 i4 w5 c0.4 o20 >271999 i8 w10 c0.8 o30
gpt-5.6-luna i1 w1.25 c0.1 o6 >271999 i2 w2.5 c0.2 o9 @2026-07-30 i0.2 w0.25 c0.02 o1.2 >271999 i0.4 w0.5 c0.04 o1.8
gpt-5.6-sol i5 w6.25 c0.5 o30 >271999 i10 w12.5 c1 o45 @2026-08-21 i4 w5 c0.4 o20 >271999 i8 w10 c0.8 o30
gpt-5.6-terra i2.5 w3.125 c0.25 o15 >271999 i5 w6.25 c0.5 o22.5 @2026-07-30 i2 w2.5 c0.2 o12 >271999 i4 w5 c0.4 o18
gpt-6-astra i10 w12.5 c1 o50 >271999 i20 w25 c2 o75
gpt-6-luna i0.1 w0.125 c0.01 o0.5 >272000 i0.2 w0.25 c0.02 o0.75
gpt-6-sol i2 w2.5 c0.2 o10 >272000 i4 w5 c0.4 o15
gpt-audio i2.5 o10 a32 b64
gpt-audio-mini i0.6 o2.4 a10 b20
gpt-chat i5 c0.5 o30
gpt-image-1 i5 c1.25 o40 m10
gpt-image-1-mini i2 c0.2 o8 m2.5
gpt-image-1.5 i5 c1.25 o10 m8 n32
gpt-image-2 i5 c1.25 o30 m8
gpt-oss-120b i0.039 o0.18
gpt-oss-20b i0.029 o0.14
gpt-oss-safeguard-20b i0.075 c0.037 o0.3
gpt-realtime i4 c0.4 o16 a32 b64 m5
gpt-realtime-2 i4 c0.4 o24 a32 b64 m5
gpt-realtime-2.1 i4 c0.4 o24 a32 b64 m5
gpt-realtime-mini i0.6 c0.06 o2.4 a10 b20 m0.8
o1 i15 c7.5 o60
o1-mini i1.1 c0.55 o4.4
o1-preview i15 c7.5 o60
o1-pro i150 o600
o3 i10 c0.5 o40 @2025-06-10 i2 c0.5 o8
o3-deep-research i10 c2.5 o40
o3-mini i1.1 c0.55 o4.4
o3-pro i20 o80
o4-mini i1.1 c0.275 o4.4
o4-mini-deep-research i2 c0.5 o8
text-davinci-002 i20 o20
text-davinci-003 i20 o20
text-embedding-3-large i0.13 o0
text-embedding-3-small i0.02 o0
text-embedding-ada-002 i0.1 o0`,
  "openrouter": `01-ai/yi-large i3 o3
aetherwiing/mn-starcannon-12b i0.8 o1.2
ai21/jamba-1-5-large i2 o8
ai21/jamba-1-5-mini i0.2 o0.4
ai21/jamba-1.6-large i2 o8
ai21/jamba-1.6-mini i0.2 o0.4
ai21/jamba-instruct i0.5 o0.7
ai21/jamba-large-1.7 i2 o8
aion-labs/aion-1.0 i4 o8
aion-labs/aion-1.0-mini i0.7 o1.4
aion-labs/aion-2.0 i0.8 c0.2 o1.6
aion-labs/aion-rp-llama-3.1-8b i0.2 o0.2
alfredpros/codellama-7b-instruct-solidity i0.8 o1.2
all-hands/openhands-lm-32b-v0.1 i2.6 o3.4
allenai/olmo-3-32b-think i0.15 o0.5
alpindale/goliath-120b i6.5625 o9.375
alpindale/magnum-72b i1.5 o2.25
amazon/nova-2-lite-v1 i0.3 o2.5
amazon/nova-lite-v1 i0.06 o0.24
amazon/nova-micro-v1 i0.035 o0.14
amazon/nova-premier-v1 i2.5 c0.625 o12.5
amazon/nova-pro-v1 i0.8 o3.2
anthracite-org/magnum-v2-72b i3 o3
anthracite-org/magnum-v4-72b i1.5 o2.25
anthropic/claude-2 i8 o24
anthropic/claude-3-haiku i0.25 o1.25
anthropic/claude-3-opus i15 o75
anthropic/claude-3-sonnet i3 o15
anthropic/claude-3.5-haiku i0.8 o4
anthropic/claude-3.5-sonnet i3 o15
anthropic/claude-3.7-sonnet i3 o15
anthropic/claude-fable-5 i10 w12.5 c1 o50
anthropic/claude-fable-5.1 i10 w12.5 c0.25 o50
anthropic/claude-haiku-4.5 i1 w1.25 c0.1 o5
anthropic/claude-opus-4 i15 w18.75 c1.5 o75
anthropic/claude-opus-4.1 i15 w18.75 c1.5 o75
anthropic/claude-opus-4.5 i5 w6.25 c0.5 o25
anthropic/claude-opus-4.6 i5 w6.25 c0.5 o25
anthropic/claude-opus-4.6-fast i30 w37.5 c3 o150
anthropic/claude-opus-4.7 i5 w6.25 c0.5 o25
anthropic/claude-opus-4.7-fast i30 w37.5 c3 o150
anthropic/claude-opus-4.8 i5 w6.25 c0.5 o25
anthropic/claude-opus-4.8-fast i10 w12.5 c1 o50
anthropic/claude-opus-5 i5 w6.25 c0.5 o25
anthropic/claude-opus-5-fast i10 w12.5 c1 o50
anthropic/claude-opus-5.5 i4 w5 c0.2 o20
anthropic/claude-sonnet-4 i3 w3.75 c0.3 o15
anthropic/claude-sonnet-4.5 i3 w3.75 c0.3 o15 >200000 i6 w7.5 c0.6 o22.5
anthropic/claude-sonnet-4.6 i3 w3.75 c0.3 o15
anthropic/claude-sonnet-5 i2 w2.5 c0.2 o10
anubis-pro-105b-v1 i0.8 o1
arcee-ai/coder-large i0.5 o0.8
arcee-ai/trinity-large-thinking i0.22 c0.06 o0.85
arcee-ai/trinity-mini i0.045 o0.15
arcee-ai/virtuoso-large i0.75 o1.2
arcee-blitz i0.45 o0.75
baidu/ernie-4.5-vl-424b-a47b i0.42 o1.25
bytedance-seed/seed-1.6 i0.25 o2
bytedance-seed/seed-1.6-flash i0.075 o0.3
bytedance-seed/seed-2.0-lite i0.25 o2
bytedance-seed/seed-2.0-mini i0.1 o0.4
bytedance/ui-tars-1.5-7b i0.1 o0.2
caller-large i0.55 o0.85
chatgpt-4o i5 o15
claude-2 i8 o24
claude-3-opus i15 w18.75 c1.5 o75
claude-3-sonnet i3 w3.75 c0.3 o15
claude-3.5-sonnet i3 w3.75 c0.3 o15
claude-3.7-sonnet i3 w3.75 c0.3 o15
codellama-7b-instruct-solidity i0.8 o1.2
codestral-2501 i0.3 o0.9
codex-mini i1.5 c0.375 o6
cognitivecomputations/dolphin-mixtral-8x22b i0.9 o0.9
cognitivecomputations/dolphin-mixtral-8x7b i0.5 o0.5
cohere/command i1 o2
cohere/command-a i2.5 o10
cohere/command-r i0.5 o1.5
cohere/command-r-08-2024 i0.15 o0.6
cohere/command-r-plus i3 o15
cohere/command-r-plus-08-2024 i2.5 o10
cohere/command-r7b-12-2024 i0.0375 o0.15
command i1 o2
command-r i0.5 o1.5
command-r-plus i3 o15
deepcogito/cogito-v2.1-671b i1.25 o1.25
deepseek-prover-v2 i0.5 o2.18
deepseek-r1-0528-qwen3-8b i0.05 o0.1
deepseek-r1-distill-llama-8b i0.04 o0.04
deepseek-r1-distill-qwen-1.5b i0.18 o0.18
deepseek-r1-distill-qwen-14b i0.15 o0.15
deepseek-r1-distill-qwen-7b i0.1 o0.2
deepseek/deepseek-chat i0.38 o0.89
deepseek/deepseek-chat-v3-0324 i0.3 o0.88
deepseek/deepseek-chat-v3.1 i0.21 c0.13 o0.79
deepseek/deepseek-r1 i0.45 o2.15
deepseek/deepseek-r1-0528 i0.5 o2.15
deepseek/deepseek-r1-distill-llama-70b i0.1 o0.4
deepseek/deepseek-r1-distill-llama-8b i0.04 o0.04
deepseek/deepseek-r1-distill-qwen-1.5b i0.18 o0.18
deepseek/deepseek-r1-distill-qwen-14b i0.15 o0.15
deepseek/deepseek-r1-distill-qwen-32b i0.12 o0.18
deepseek/deepseek-v3.1-terminus i0.23 o0.9
deepseek/deepseek-v3.2 i0.2288 o0.3432
deepseek/deepseek-v3.2-exp i0.27 o0.41
deepseek/deepseek-v4-flash i0.0983 c0.0197 o0.1966
deepseek/deepseek-v4-pro i0.435 c0.003625 o0.87
devstral-small i0.06 o0.12
dobby-mini-unhinged-plus-llama-3.1-8b i0.2 o0.2
dolphin-mixtral-8x22b i0.9 o0.9
eleutherai/llemma_7b i0.8 o1.2
essentialai/rnj-1-instruct i0.15 o0.15
eva-llama-3.33-70b i4 o6
eva-qwen-2.5-32b i2.6 o3.4
eva-qwen-2.5-72b i4 o6
eva-unit-01/eva-llama-3.33-70b i4 o6
eva-unit-01/eva-qwen-2.5-32b i2.6 o3.4
eva-unit-01/eva-qwen-2.5-72b i0.9 o1.2
fimbulvetr-11b-v2 i0.8 o1.2
gemini-2.0-flash-001 i0.1 w0.1833 c0.025 o0.4
gemini-2.0-flash-lite-001 i0.075 o0.3
gemini-2.5-flash-lite-preview-06-17 i0.1 o0.4
gemini-2.5-flash-preview i0.15 w0.2333 c0.0375 o0.6
gemini-2.5-flash-preview-05-20:thinking i0.15 w0.2333 c0.0375 o3.5
gemini-2.5-flash-preview:thinking i0.15 w0.2333 c0.0375 o3.5
gemini-flash-1.5 i0.075 w0.1583 c0.01875 o0.3
gemini-flash-1.5-8b i0.0375 w0.0583 c0.01 o0.15
gemini-pro-1.5 i1.25 o5
gemma-2-9b-it i0.2 o0.2
glm-4-32b i0.24 o0.24
glm-5v-turbo i1.2 c0.24 o4
glm-z1-32b i0.24 o0.24
glm-z1-rumination-32b i0.24 o0.24
goliath-120b i10 o12.5
google/gemini-2.0-flash-001 i0.1 o0.4
google/gemini-2.0-flash-lite-001 i0.075 o0.3
google/gemini-2.5-flash i0.3 w0.3833 c0.075 o2.5
google/gemini-2.5-flash-image i0.3 w0.08333333333333334 c0.03 o2.5
google/gemini-2.5-flash-lite i0.1 w0.08333333333333334 c0.01 o0.4
google/gemini-2.5-flash-lite-preview-09-2025 i0.1 o0.4
google/gemini-2.5-flash-preview i0.15 o0.6
google/gemini-2.5-flash-preview-09-2025 i0.3 w0.383 c0.075 o2.5
google/gemini-2.5-flash-preview:thinking i0.15 o3.5
google/gemini-2.5-pro i1.25 w1.625 c0.31 o10
google/gemini-2.5-pro-preview i1.25 w1.625 c0.31 o10
google/gemini-2.5-pro-preview-03-25 i1.25 o10
google/gemini-2.5-pro-preview-05-06 i1.25 w1.625 c0.31 o10
google/gemini-3-flash-preview i0.5 w0.08333333333333334 c0.05 o3
google/gemini-3-pro-image-preview i2 w0.375 c0.2 o12
google/gemini-3.1-flash-image-preview i0.5 o3
google/gemini-3.1-flash-lite i0.25 w0.08333333333333334 c0.025 o1.5
google/gemini-3.1-flash-lite-preview i0.25 w0.08333333333333334 c0.025 o1.5
google/gemini-3.1-pro-preview i2 w0.375 c0.2 o12
google/gemini-3.1-pro-preview-customtools i2 w0.375 c0.2 o12
google/gemini-3.5-flash i1.5 w0.08333333333333334 c0.15 o9
google/gemini-flash-1.5 i0.075 o0.3
google/gemini-flash-1.5-8b i0.0375 o0.15
google/gemini-pro i0.5 o1.5
google/gemini-pro-1.5 i1.25 o5
google/gemma-2-27b-it i0.8 o0.8
google/gemma-2-9b-it i0.07 o0.07
google/gemma-3-12b-it i0.05 o0.1
google/gemma-3-27b-it i0.1 o0.2
google/gemma-3-4b-it i0.02 o0.04
google/gemma-3n-e4b-it i0.06 o0.12
google/gemma-4-26b-a4b-it i0.06 o0.33
google/gemma-4-31b-it i0.12 c0.09 o0.36 @2026-08-27 i0.09 c0.05 o0.34
google/palm-2-chat-bison i1 o2
google/palm-2-codechat-bison i1 o2
gpt-3.5-turbo-1106 i1 o2
gpt-4-1106-preview i10 o30
gpt-4.5-preview i75 c37.5 o150
gpt-4o:extended i6 o18
grok-2-1212 i2 o10
grok-2-vision-1212 i2 o10
grok-3 i3 c0.75 o15
grok-3-mini i0.3 c0.075 o0.5
grok-beta i5 o15
grok-vision-beta i5 o15
gryphe/mythomax-l2-13b i0.065 o0.065
hermes-2-pro-llama-3-8b i0.025 o0.04
ibm-granite/granite-4.0-h-micro i0.017 o0.112
ibm-granite/granite-4.1-8b i0.05 o0.1
inception/mercury-2 i0.25 c0.025 o0.75
inclusionai/ling-2.6-1t i0.075 c0.015 o0.625
inclusionai/ling-2.6-flash i0.01 c0.002 o0.03
inclusionai/ring-2.6-1t i0.075 c0.015 o0.625
infermatic/mn-inferor-12b i0.8 o1.2
inflection/inflection-3-pi i2.5 o10
inflection/inflection-3-productivity i2.5 o10
jamba-1.6-large i2 o8
jamba-1.6-mini i0.2 o0.4
jondurbin/airoboros-l2-70b i0.5 o0.5
kwaipilot/kat-coder-pro-v2 i0.3 c0.06 o1.2
l3-euryale-70b i1.48 o1.48
latitudegames/wayfarer-large-70b-llama-3.3 i0.8 o0.9
lfm-3b i0.02 o0.02
lfm-40b i0.15 o0.15
lfm-7b i0.01 o0.01
liquid/lfm-2-24b-a2b i0.03 o0.12
liquid/lfm-3b i0.02 o0.02
liquid/lfm-40b i0.15 o0.15
liquid/lfm-7b i0.01 o0.01
llama-3-lumimaid-70b i4 o6
llama-3-lumimaid-8b i0.2 o1.25
llama-3.1-405b i2 o2
llama-3.1-405b-instruct i0.8 o0.8
llama-3.1-lumimaid-70b i2.5 o3
llama-3.1-lumimaid-8b i0.2 o1.25
llama-3.1-nemotron-70b-instruct i0.12 o0.3
llama-3.1-nemotron-ultra-253b-v1 i0.6 o1.8
llama-3.1-sonar-large-128k-online i1 o1
llama-3.1-sonar-small-128k-online i0.2 o0.2
llama-3.2-90b-vision-instruct i1.2 o1.2
llama-3.3-nemotron-super-49b-v1 i0.13 o0.4
llama-guard-2-8b i0.2 o0.2
llama3.1-typhoon2-70b-instruct i0.88 o0.88
llemma_7b i0.8 o1.2
maestro-reasoning i0.9 o3.3
magistral-medium-2506 i2 o5
magistral-small-2506 i0.5 o1.5
magnum-72b i4 o6
magnum-v2-72b i3 o3
mancer/weaver i1.125 o1.125
mercury-coder-small-beta i0.25 o1
meta-llama/llama-2-13b-chat i0.22 o0.22
meta-llama/llama-2-70b-chat i0.9 o0.9
meta-llama/llama-3-70b-instruct i0.3 o0.4
meta-llama/llama-3-8b-instruct i0.03 o0.06
meta-llama/llama-3.1-405b i2 o2
meta-llama/llama-3.1-405b-instruct i0.8 o0.8
meta-llama/llama-3.1-70b-instruct i0.1 o0.28
meta-llama/llama-3.1-8b-instruct i0.02 o0.03
meta-llama/llama-3.2-11b-vision-instruct i0.049 o0.049
meta-llama/llama-3.2-1b-instruct i0.005 o0.01
meta-llama/llama-3.2-3b-instruct i0.01 o0.02
meta-llama/llama-3.2-90b-vision-instruct i0.9 o0.9
meta-llama/llama-3.3-70b-instruct i0.05 o0.24
meta-llama/llama-4-maverick i0.15 o0.6
meta-llama/llama-4-scout i0.08 o0.3
meta-llama/llama-guard-2-8b i0.2 o0.2
meta-llama/llama-guard-3-8b i0.02 o0.06
meta-llama/llama-guard-4-12b i0.05 o0.05
microsoft/phi-3-medium-128k-instruct i1 o1
microsoft/phi-3-mini-128k-instruct i0.1 o0.1
microsoft/phi-3.5-mini-128k-instruct i0.1 o0.1
microsoft/phi-4 i0.07 o0.14
microsoft/phi-4-mini-instruct i0.08 o0.35
microsoft/phi-4-multimodal-instruct i0.05 o0.1
microsoft/wizardlm-2-7b i0.07 o0.07
microsoft/wizardlm-2-8x22b i0.5 o0.5
midnight-rose-70b i0.8 o0.8
minimax-m1:extended i0.55 o2.2
minimax/minimax-01 i0.2 o1.1
minimax/minimax-m1 i0.3 o1.65
minimax/minimax-m2 i0.255 c0.03 o1
minimax/minimax-m2-her i0.3 c0.03 o1.2
minimax/minimax-m2.1 i0.29 c0.03 o0.95
minimax/minimax-m2.5 i0.15 c0.05 o0.9
minimax/minimax-m2.7 i0.27 c0.054 o1.08
minimax/minimax-m3 i0.3 c0.06 o1.2
ministral-3b i0.04 o0.04
ministral-8b i0.1 o0.1
mistral-7b-instruct i0.028 o0.054
mistral-7b-instruct-v0.1 i0.11 o0.19
mistral-7b-instruct-v0.2 i0.2 o0.2
mistral-medium i2.75 o8.1
mistral-small i0.2 o0.6
mistral-tiny i0.25 o0.25
mistral/ministral-8b i0.1 o0.1
mistralai/codestral-2501 i0.3 o0.9
mistralai/codestral-2508 i0.3 c0.03 o0.9
mistralai/codestral-mamba i0.25 o0.25
mistralai/devstral-2512 i0.4 c0.04 o2
mistralai/ministral-14b-2512 i0.2 c0.02 o0.2
mistralai/ministral-3b i0.04 o0.04
mistralai/ministral-3b-2512 i0.1 c0.01 o0.1
mistralai/ministral-8b i0.1 o0.1
mistralai/ministral-8b-2512 i0.15 c0.015 o0.15
mistralai/mistral-7b-instruct i0.029 o0.059
mistralai/mistral-7b-instruct-v0.1 i0.2 o0.2
mistralai/mistral-7b-instruct-v0.2 i0.2 o0.2
mistralai/mistral-large i2 o6
mistralai/mistral-large-2407 i2 o6
mistralai/mistral-large-2512 i0.5 c0.05 o1.5
mistralai/mistral-medium i2.75 o8.1
mistralai/mistral-medium-3 i0.4 o2
mistralai/mistral-medium-3-5 i1.5 o7.5
mistralai/mistral-medium-3.1 i0.4 c0.04 o2
mistralai/mistral-nemo i0.01 o0.019
mistralai/mistral-saba i0.2 o0.6
mistralai/mistral-small i0.2 o0.6
mistralai/mistral-small-24b-instruct-2501 i0.05 o0.09
mistralai/mistral-small-2603 i0.15 c0.015 o0.6
mistralai/mistral-small-3.1-24b-instruct i0.05 o0.15
mistralai/mistral-small-3.2-24b-instruct i0.075 o0.2
mistralai/mistral-tiny i0.25 o0.25
mistralai/mixtral-8x22b-instruct i0.9 o0.9
mistralai/mixtral-8x7b-instruct i0.24 o0.24
mistralai/pixtral-12b i0.1 o0.1
mistralai/pixtral-large-2411 i2 o6
mistralai/voxtral-small-24b-2507 i0.1 c0.01 o0.3
mixtral-8x7b-instruct i0.08 o0.24
mn-celeste-12b i0.8 o1.2
mn-inferor-12b i0.8 o1.2
mn-starcannon-12b i0.8 o1.2
moonshotai/kimi-k2 i0.57 o2.3
moonshotai/kimi-k2-0905 i0.6 o2.5
moonshotai/kimi-k2-thinking i0.6 o2.5
moonshotai/kimi-k2.5 i0.4 c0.09 o1.9
moonshotai/kimi-k2.6 i0.68 c0.34 o3.41
moonshotai/kimi-k2.7-code i0.75 c0.16 o3.5
moonshotai/kimi-k3 i3 c0.3 o15
morph/morph-v3-fast i0.8 o1.2
morph/morph-v3-large i0.9 o1.9
mythalion-13b i0.8 o1.2
neversleep/llama-3-lumimaid-70b i3.375 o4.5
neversleep/llama-3-lumimaid-8b i0.09375 o0.75
neversleep/llama-3.1-lumimaid-70b i1.5 o2.25
neversleep/llama-3.1-lumimaid-8b i0.09375 o0.75
neversleep/noromaid-20b i0.75 o1.5
noromaid-20b i1.25 o2
nothingiisreal/mn-celeste-12b i0.8 o1.2
nous-hermes-2-mixtral-8x7b-dpo i0.6 o0.6
nousresearch/hermes-2-pro-llama-3-8b i0.025 o0.04
nousresearch/hermes-3-llama-3.1-405b i0.7 o0.8
nousresearch/hermes-3-llama-3.1-70b i0.12 o0.3
nousresearch/hermes-4-405b i1 o3
nousresearch/hermes-4-70b i0.13 o0.4
nousresearch/nous-hermes-2-mixtral-8x7b-dpo i0.6 o0.6
nousresearch/nous-hermes-llama2-13b i0.18 o0.18
nvidia/llama-3.1-nemotron-70b-instruct i0.12 o0.3
nvidia/llama-3.3-nemotron-super-49b-v1.5 i0.4 o0.4
nvidia/nemotron-3-nano-30b-a3b i0.05 o0.2
nvidia/nemotron-3-super-120b-a12b i0.09 o0.45
nvidia/nemotron-3-ultra-550b-a55b i0.5 c0.15 o2.5
nvidia/nemotron-nano-9b-v2 i0.04 o0.16
o1-mini i1.1 c0.55 o4.4
openai/chatgpt-4o i5 o15
openai/codex-mini i1.5 c0.375 o6
openai/gpt-3.5-turbo i0.5 o1.5
openai/gpt-3.5-turbo-0613 i1 o2
openai/gpt-3.5-turbo-1106 i1 o2
openai/gpt-3.5-turbo-16k i3 o4
openai/gpt-3.5-turbo-instruct i1.5 o2
openai/gpt-4 i30 o60
openai/gpt-4-1106-preview i10 o30
openai/gpt-4-32k i60 o120
openai/gpt-4-turbo i10 o30
openai/gpt-4-turbo-preview i10 o30
openai/gpt-4.1 i2 c0.5 o8
openai/gpt-4.1-mini i0.4 c0.1 o1.6
openai/gpt-4.1-nano i0.1 c0.025 o0.4
openai/gpt-4.5-preview i75 o150
openai/gpt-4o i2.5 o10
openai/gpt-4o-2024-05-13 i5 o15
openai/gpt-4o-2024-08-06 i2.5 o10
openai/gpt-4o-2024-11-20 i2.5 o10
openai/gpt-4o-mini i0.15 c0.075 o0.6
openai/gpt-4o-mini-2024-07-18 i0.15 c0.075 o0.6
openai/gpt-4o-mini-search-preview i0.15 o0.6
openai/gpt-4o-search-preview i2.5 o10
openai/gpt-4o:extended i6 o18
openai/gpt-5 i1.25 c0.125 o10
openai/gpt-5-image i10 c1.25 o10
openai/gpt-5-image-mini i2.5 c0.25 o2
openai/gpt-5-mini i0.25 c0.025 o2
openai/gpt-5-nano i0.05 c0.01 o0.4
openai/gpt-5-pro i15 o120
openai/gpt-5.1 i1.25 c0.13 o10
openai/gpt-5.1-codex i1.25 c0.13 o10
openai/gpt-5.1-codex-max i1.25 c0.125 o10
openai/gpt-5.1-codex-mini i0.25 c0.025 o2
openai/gpt-5.2 i1.75 c0.175 o14
openai/gpt-5.2-chat i1.75 c0.175 o14
openai/gpt-5.2-codex i1.75 c0.175 o14
openai/gpt-5.2-pro i21 o168
openai/gpt-5.3-chat i1.75 c0.175 o14
openai/gpt-5.3-codex i1.75 c0.175 o14
openai/gpt-5.4 i2.5 c0.25 o15 >272000 i5 c0.5 o22.5
openai/gpt-5.4-image-2 i8 c2 o15
openai/gpt-5.4-mini i0.75 c0.075 o4.5
openai/gpt-5.4-nano i0.2 c0.02 o1.25
openai/gpt-5.4-pro i30 o180 >272000 i60 o270
openai/gpt-5.5 i5 c0.5 o30 >272000 i10 c1 o45
openai/gpt-5.5-pro i30 o180 >272000 i60 o270
openai/gpt-5.6-luna i0.2 w0.25 c0.02 o1.2 >272000 i0.4 w0.5 c0.04 o1.8
openai/gpt-5.6-sol i2 w2.5 c0.2 o10 >272000 i4 w5 c0.4 o15
openai/gpt-5.6-terra i2 w2.5 c0.2 o12 >272000 i4 w5 c0.4 o18
openai/gpt-6-luna i0.1 w0.125 c0.01 o0.5 >272000 i0.2 w0.25 c0.02 o0.75
openai/gpt-6-luna:batch i0.05 w0.0625 c0.005 o0.25 >272000 i0.1 w0.125 c0.01 o0.375
openai/gpt-6-sol i2 w2.5 c0.2 o10 >272000 i4 w5 c0.4 o15
openai/gpt-6-sol:batch i1 w1.25 c0.1 o5 >272000 i2 w2.5 c0.2 o7.5
openai/gpt-audio i2.5 o10
openai/gpt-audio-mini i0.6 o2.4
openai/gpt-chat i5 c0.5 o30
openai/gpt-chat-latest i5 c0.5 o30
openai/gpt-oss-120b i0.039 o0.18
openai/gpt-oss-20b i0.029 o0.14
openai/gpt-oss-safeguard-20b i0.075 c0.037 o0.3
openai/o1 i15 c7.5 o60
openai/o1-mini i1.1 o4.4
openai/o1-pro i150 o600
openai/o3 i2 c0.5 o8
openai/o3-deep-research i10 c2.5 o40
openai/o3-mini i1.1 c0.55 o4.4
openai/o3-mini-high i1.1 c0.55 o4.4
openai/o3-pro i20 o80
openai/o4-mini i1.1 c0.275 o4.4
openai/o4-mini-deep-research i2 c0.5 o8
openai/o4-mini-high i1.1 c0.275 o4.4
openchat/openchat-7b i0.07 o0.07
openhands-lm-32b-v0.1 i2.6 o3.4
perceptron/perceptron-mk1 i0.15 o1.5
perplexity/llama-3.1-sonar-large-128k-online i1 o1
perplexity/llama-3.1-sonar-small-128k-online i0.2 o0.2
perplexity/r1-1776 i2 o8
perplexity/sonar i1 o1
perplexity/sonar-deep-research i2 o8 r3
perplexity/sonar-pro i3 o15
perplexity/sonar-reasoning i1 o5
perplexity/sonar-reasoning-pro i2 o8
phi-3-medium-128k-instruct i1 o1
phi-3-mini-128k-instruct i0.1 o0.1
phi-3.5-mini-128k-instruct i0.1 o0.1
phi-4-multimodal-instruct i0.05 o0.1
phi-4-reasoning-plus i0.07 o0.35
pixtral-12b i0.1 o0.1
pixtral-large-2411 i2 o6
prime-intellect/intellect-3 i0.2 o1.1
pygmalionai/mythalion-13b i0.5625 o1.125
qwen-2-72b-instruct i0.9 o0.9
qwen-2.5-vl-7b-instruct i0.2 o0.2
qwen-max i1.6 c0.64 o6.4
qwen-turbo i0.05 c0.02 o0.2
qwen-vl-max i0.8 o3.2
qwen-vl-plus i0.21 o0.63
qwen/qwen-2-72b-instruct i0.9 o0.9
qwen/qwen-2.5-72b-instruct i0.12 o0.39
qwen/qwen-2.5-7b-instruct i0.04 o0.1
qwen/qwen-2.5-coder-32b-instruct i0.06 o0.15
qwen/qwen-2.5-vl-72b-instruct i0.6 o0.6
qwen/qwen-2.5-vl-7b-instruct i0.2 o0.2
qwen/qwen-max i1.6 o6.4
qwen/qwen-plus i0.4 c0.16 o1.2
qwen/qwen-plus-2025-07-28 i0.26 o0.78
qwen/qwen-plus-2025-07-28:thinking i0.26 w0.325 o0.78
qwen/qwen-turbo i0.05 o0.2
qwen/qwen-vl-max i0.8 o3.2
qwen/qwen-vl-plus i0.21 o0.63
qwen/qwen2.5-coder-7b-instruct i0.2 o0.2
qwen/qwen2.5-vl-32b-instruct i0.9 o0.9
qwen/qwen2.5-vl-72b-instruct i0.7 o0.7
qwen/qwen3-14b i0.06 o0.24
qwen/qwen3-235b-a22b i0.13 o0.6
qwen/qwen3-235b-a22b-2507 i0.09 o0.1
qwen/qwen3-235b-a22b-thinking-2507 i0.1 o0.1
qwen/qwen3-30b-a3b i0.08 o0.29
qwen/qwen3-30b-a3b-instruct-2507 i0.04815 o0.19305
qwen/qwen3-30b-a3b-thinking-2507 i0.08 o0.4
qwen/qwen3-32b i0.1 o0.3
qwen/qwen3-8b i0.035 o0.138
qwen/qwen3-coder i0.22 o1.8
qwen/qwen3-coder-30b-a3b-instruct i0.07 o0.27
qwen/qwen3-coder-flash i0.195 w0.24375 c0.039 o0.975
qwen/qwen3-coder-next i0.11 c0.07 o0.8
qwen/qwen3-coder-plus i0.65 w0.8125 c0.13 o3.25
qwen/qwen3-max i1.2 o6
qwen/qwen3-max-thinking i0.78 o3.9
qwen/qwen3-next-80b-a3b-instruct i0.09 o1.1
qwen/qwen3-next-80b-a3b-thinking i0.0975 o0.78
qwen/qwen3-vl-235b-a22b-instruct i0.2 c0.11 o0.88
qwen/qwen3-vl-235b-a22b-thinking i0.26 o2.6
qwen/qwen3-vl-30b-a3b-instruct i0.13 o0.52
qwen/qwen3-vl-30b-a3b-thinking i0.13 o1.56
qwen/qwen3-vl-32b-instruct i0.104 o0.416
qwen/qwen3-vl-8b-instruct i0.08 o0.5
qwen/qwen3-vl-8b-thinking i0.117 o1.365
qwen/qwen3.5-122b-a10b i0.26 o2.08
qwen/qwen3.5-27b i0.195 o1.56
qwen/qwen3.5-35b-a3b i0.14 c0.05 o1
qwen/qwen3.5-397b-a17b i0.39 o2.34
qwen/qwen3.5-9b i0.1 o0.15
qwen/qwen3.5-flash-02-23 i0.065 o0.26
qwen/qwen3.5-plus-02-15 i0.4 o2.4
qwen/qwen3.5-plus-20260420 i0.3 w0.375 o1.8
qwen/qwen3.6-27b i0.289 o2.4
qwen/qwen3.6-35b-a3b i0.14 o1
qwen/qwen3.6-flash i0.1875 w0.234375 o1.125
qwen/qwen3.6-max-preview i1.04 w1.3 o6.24
qwen/qwen3.6-plus i0.325 w0.40625 o1.95
qwen/qwen3.7-max i1.25 w1.5625 c0.25 o3.75
qwen/qwen3.7-plus i0.4 w0.5 c0.08 o1.6
qwen/qwq-32b i0.15 o0.2
qwen/qwq-32b-preview i0.2 o0.2
qwen2.5-vl-32b-instruct i0.9 o0.9
qwq-32b i0.15 o0.2
qwq-32b-preview i0.2 o0.2
r1-1776 i2 o8
raifle/sorcererlm-8x22b i4.5 o4.5
rekaai/reka-edge i0.1 o0.1
rekaai/reka-flash-3 i0.1 o0.2
relace/relace-apply-3 i0.85 o1.25
relace/relace-search i1 o3
sao10k/fimbulvetr-11b-v2 i0.8 o1.2
sao10k/l3-euryale-70b i1.48 o1.48
sao10k/l3-lunaris-8b i0.02 o0.05
sao10k/l3.1-70b-hanami-x1 i3 o3
sao10k/l3.1-euryale-70b i0.7 o0.8
sao10k/l3.3-euryale-70b i0.7 o0.8
scb10x/llama3.1-typhoon2-70b-instruct i0.88 o0.88
scb10x/llama3.1-typhoon2-8b-instruct i0.18 o0.18
sonar-reasoning i1 o5
sophosympatheia/midnight-rose-70b i0.8 o0.8
sorcererlm-8x22b i4.5 o4.5
spotlight i0.18 o0.18
steelskull/l3.3-electra-r1-70b i0.7 o0.95
stepfun/step-3.5-flash i0.09 c0.02 o0.3
stepfun/step-3.7-flash i0.2 c0.04 o1.15
switchpoint/router i0.85 o3.4
tencent/hunyuan-a13b-instruct i0.14 o0.57
tencent/hy3-preview i0.063 c0.021 o0.21
thedrummer/anubis-pro-105b-v1 i0.8 o1
thedrummer/cydonia-24b-v4.1 i0.3 c0.15 o0.5
thedrummer/rocinante-12b i0.25 o0.5
thedrummer/skyfall-36b-v2 i0.5 o0.8
thedrummer/unslopnemo-12b i0.5 o0.5
toppy-m-7b i0.8 o1.2
undi95/remm-slerp-l2-13b i0.8 o1.2
undi95/toppy-m-7b i0.07 o0.07
upstage/solar-pro-3 i0.15 c0.015 o0.6
valkyrie-49b-v1 i0.5 o0.8
virtuoso-medium-v2 i0.5 o0.8
writer/palmyra-x5 i0.6 o6
x-ai/grok-2-1212 i2 o10
x-ai/grok-2-vision-1212 i2 o10
x-ai/grok-3-beta i3 o15
x-ai/grok-3-mini-beta i0.3 o0.5
x-ai/grok-4-fast i0.2 c0.05 o0.5 >128000 i0.4 o1
x-ai/grok-4.20 i1.25 c0.2 o2.5
x-ai/grok-4.20-multi-agent i2 c0.2 o6
x-ai/grok-4.3 i1.25 c0.2 o2.5
x-ai/grok-beta i5 o15
x-ai/grok-build-0.1 i1 c0.2 o2
x-ai/grok-code-fast-1 i0.2 c0.02 o1.5
x-ai/grok-vision-beta i5 o15
xiaomi/mimo-v2-flash i0.1 c0.01 o0.3
xiaomi/mimo-v2.5 i0.14 c0.0028 o0.28
xiaomi/mimo-v2.5-pro i0.435 c0.0036 o0.87
xwin-lm/xwin-lm-70b i3.75 o3.75
yi-large i3 o3
z-ai/glm-4.5 i0.6 c0.11 o2.2
z-ai/glm-4.5-air i0.125 c0.06 o0.85
z-ai/glm-4.5v i0.6 c0.11 o1.8
z-ai/glm-4.6 i0.43 c0.08 o1.74
z-ai/glm-4.6v i0.3 c0.05 o0.9
z-ai/glm-4.7 i0.4 c0.08 o1.75
z-ai/glm-4.7-flash i0.06 c0.01 o0.4
z-ai/glm-5 i0.6 c0.12 o1.92
z-ai/glm-5-turbo i1.2 c0.24 o4
z-ai/glm-5.1 i0.98 c0.182 o3.08
z-ai/glm-5.2 i1.4 c0.26 o4.4
z-ai/glm-5.3 i1.4 c0.26 o4.4
z-ai/glm-5.3-flash i0.075 c0.015 o0.25
~anthropic/claude-fable i10 w12.5 c1 o50
~anthropic/claude-fable-latest i10 w12.5 c1 o50
~anthropic/claude-haiku i1 w1.25 c0.1 o5
~anthropic/claude-haiku-latest i1 w1.25 c0.1 o5
~anthropic/claude-opus i5 w6.25 c0.5 o25 @2026-09-22 i4 w5 c0.2 o20
~anthropic/claude-opus-latest i5 w6.25 c0.5 o25 @2026-09-22 i4 w5 c0.2 o20
~anthropic/claude-sonnet i3 w3.75 c0.3 o15
~anthropic/claude-sonnet-latest i3 w3.75 c0.3 o15
~google/gemini-flash i1.5 w0.08333333333333334 c0.15 o9
~google/gemini-flash-latest i1.5 w0.08333333333333334 c0.15 o9
~google/gemini-pro i2 w0.375 c0.2 o12
~google/gemini-pro-latest i2 w0.375 c0.2 o12
~moonshotai/kimi i0.68 c0.34 o3.41
~moonshotai/kimi-latest i0.68 c0.34 o3.41
~openai/gpt i5 c0.5 o30
~openai/gpt-latest i5 c0.5 o30
~openai/gpt-mini i0.75 c0.075 o4.5
~openai/gpt-mini-latest i0.75 c0.075 o4.5`,
  "togetherai": `Austism/chronos-hermes-13b i0.3 o0.3
Gryphe/MythoMax-L2-13b i0.3 o0.3
Nexusflow/NexusRaven-V2-13B i0.3 o0.3
NousResearch/Nous-Capybara-7B-V1p9 i0.2 o0.2
NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO i0.9 o0.9
NousResearch/Nous-Hermes-2-Mixtral-8x7B-SFT i0.9 o0.9
NousResearch/Nous-Hermes-2-Yi-34B i0.8 o0.8
NousResearch/Nous-Hermes-Llama2-13b i0.225 o0.225
NousResearch/Nous-Hermes-llama-2-7b i0.2 o0.2
Open-Orca/Mistral-7B-OpenOrca i0.2 o0.2
Qwen/Qwen1.5-0.5B i0.1 o0.1
Qwen/Qwen1.5-1.8B i0.1 o0.1
Qwen/Qwen1.5-14B i0.3 o0.3
Qwen/Qwen1.5-4B i0.1 o0.1
Qwen/Qwen1.5-72B i0.9 o0.9
Qwen/Qwen1.5-7B i0.2 o0.2
Undi95/ReMM-SLERP-L2-13B i0.3 o0.3
Undi95/Toppy-M-7B i0.2 o0.2
WizardLM/WizardLM-13B-V1.2 i0.3 o0.3
allenai/OLMo-7B i0.2 o0.2
codellama/CodeLlama-13b-Instruct-hf i0.225 o0.225
codellama/CodeLlama-34b-Instruct-hf i0.776 o0.776
codellama/CodeLlama-70b-Instruct-hf i0.9 o0.9
codellama/CodeLlama-7b-Instruct-hf i0.2 o0.2
deepseek-ai/deepseek-coder-33b-instruct i0.8 o0.8
garage-bAInd/Platypus2-70B-instruct i0.9 o0.9
google/gemma-2b i0.1 o0.1
google/gemma-7b i0.2 o0.2
lmsys/vicuna-13b-v1.5 i0.3 o0.3
lmsys/vicuna-7b-v1.5 i0.2 o0.2
meta-llama/Llama-2-13b-chat-hf i0.225 o0.225
meta-llama/Llama-2-70b-chat-hf i0.9 o0.9
meta-llama/Llama-2-7b-chat-hf i0.2 o0.2
meta-llama/Llama-3-70b-chat-hf i0.9 o0.9
meta-llama/Llama-3-8b-chat-hf i0.2 o0.2
meta-llama/Llama-3.3-70B-Instruct-Turbo i0.88 o0.88
meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 i0.27 o0.85
meta-llama/Llama-4-Scout-17B-16E-Instruct i0.18 o0.59
meta-llama/Meta-Llama-3-70B-Instruct-Lite i0.54 o0.54
meta-llama/Meta-Llama-3-70B-Instruct-Turbo i0.88 o0.88
meta-llama/Meta-Llama-3-8B-Instruct-Lite i0.1 o0.1
meta-llama/Meta-Llama-3-8B-Instruct-Turbo i0.18 o0.18
meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo i3.5 o3.5
meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo i0.88 o0.88
meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo i0.18 o0.18
meta-llama/Meta-Llama-3.3-70B-Instruct-Turbo i0.88 o0.88
microsoft/WizardLM-2-8x22B i1.2 o1.2
microsoft/phi-2 i0.1 o0.1
mistralai/Mistral-7B-Instruct-v0.1 i0.2 o0.2
mistralai/Mistral-7B-Instruct-v0.2 i0.2 o0.2
mistralai/Mistral-7B-v0.1 i0.2 o0.2
mistralai/Mixtral-8x22B-Instruct-v0.1 i2.4 o2.4
mistralai/Mixtral-8x7B-Instruct-v0.1 i0.9 o0.9
mistralai/Mixtral-8x7B-v0.1 i0.9 o0.9
openchat/openchat-3.5-1210 i0.2 o0.2
snorkelai/Snorkel-Mistral-PairRM-DPO i0.2 o0.2
teknium/OpenHermes-2-Mistral-7B i0.2 o0.2
teknium/OpenHermes-2p5-Mistral-7B i0.2 o0.2
togethercomputer/GPT-JT-Moderation-6B i0.2 o0.2
togethercomputer/Llama-2-7B-32K-Instruct i0.2 o0.2
togethercomputer/RedPajama-INCITE-7B-Base i0.2 o0.2
togethercomputer/RedPajama-INCITE-7B-Chat i0.2 o0.2
togethercomputer/RedPajama-INCITE-7B-Instruct i0.2 o0.2
togethercomputer/RedPajama-INCITE-Base-3B-v1 i0.1 o0.1
togethercomputer/RedPajama-INCITE-Chat-3B-v1 i0.1 o0.1
togethercomputer/RedPajama-INCITE-Instruct-3B-v1 i0.1 o0.1
togethercomputer/StripedHyena-Hessian-7B i0.2 o0.2
togethercomputer/StripedHyena-Nous-7B i0.2 o0.2
togethercomputer/alpaca-7b i0.2 o0.2
upstage/SOLAR-10.7B-Instruct-v1.0 i0.3 o0.3
zero-one-ai/Yi-34B i0.8 o0.8
zero-one-ai/Yi-6B i0.2 o0.2`,
  "xai": `grok-2-1212 i2 o10
grok-2-vision-1212 i2 o10
grok-3 i3 c0.75 o15
grok-3-fast i5 c1.25 o25
grok-3-mini i0.3 c0.075 o0.5
grok-3-mini-fast i0.6 c0.15 o4
grok-4-0709 i3 c0.75 o15
grok-4-1-fast-non-reasoning i0.2 c0.05 o0.5
grok-4-1-fast-reasoning i0.2 c0.05 o0.5
grok-4-fast-non-reasoning i0.2 c0.05 o0.5
grok-4-fast-reasoning i0.2 c0.05 o0.5
grok-4.20 i1.25 c0.2 o2.5 >199999 i2.5 c0.4 o5
grok-4.20-multi-agent i2 c0.2 o6
grok-4.3 i1.25 c0.2 o2.5 >199999 i2.5 c0.4 o5
grok-4.5 i2 c0.3 o6 >199999 i4 c0.6 o12
grok-4.6 i2 c0.5 o6 >199999 i4 c1 o12
grok-build-0.1 i1 c0.2 o2 >199999 i2 c0.4 o4
grok-code-fast-1 i0.2 c0.02 o1.5`,
  "zai": `GLM-5.2 i1.4 c0.26 o4.4
GLM-5.3 i1.4 c0.26 o4.4
GLM-5.3-Flash i0.075 c0.015 o0.25
glm-5.2 i1.4 c0.26 o4.4`,
}
