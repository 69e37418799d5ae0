using System.Globalization;

namespace Playbooks.Core.Evidence;

/// <summary><c>VERIFY.md</c>: how to check a pack with our tool, and without any of our software.</summary>
internal static class VerifyGuide
{
    /// <summary>Marks the script in the guide; it needs bash, GNU coreutils, sed and openssl.</summary>
    public const string ScriptFence = "```bash";

    public static string Write(RunReport report, string keyId) => string.Create(CultureInfo.InvariantCulture, $$"""
        # How to verify this evidence

        Run `{{report.RunId}}`, {{report.Sequence}} events, chain head `{{report.Head}}`,
        signed by the key with id `{{keyId}}`.

        A signature says who signed only if the public key came to you from somewhere else than this folder: ask the organisation's
        key holder for `evidence-key.pem`, and compare the id above with the one they tell you.

        ## With the tool

            playbooks evidence verify . --key evidence-key.pem

        Exit code 0: every file is as it was signed, and by that key. 1: something was changed; each finding is listed. 3: consistent, but
        without `--key` the signer is unknown. Add `--anchors FILE` with the heads fetched from the storage that keeps them (listed in
        `anchors.json`): a chain that was rewritten, or cut off at its end, by somebody who holds the key does not contain them.

        ## Without any software of ours

        In this folder, with bash, sed, sha256sum and openssl; `evidence-key.pem` is the public key from outside. It prints `verified` at
        the end, or stops at the first thing that is wrong.

        {{ScriptFence}}
        set -euo pipefail
        export LC_ALL=C
        key=${1:-evidence-key.pem}

        # 1. The signature: over the type, the length and the bytes of manifest.json (DSSE).
        type=application/vnd.playbooks.evidence+json
        { printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c < manifest.json)"; cat manifest.json; } > /tmp/signed.$$
        sed -n 's/.*"sig":"\([^"]*\)".*/\1/p' manifest.sig.json | openssl base64 -d -A > /tmp/signature.$$
        openssl dgst -sha256 -verify "$key" -signature /tmp/signature.$$ /tmp/signed.$$
        rm -f /tmp/signed.$$ /tmp/signature.$$

        # 2. Every file that the manifest lists, and no other.
        sed -n 's/^ *"name": "\(.*\)",$/\1/p' manifest.json > /tmp/names.$$
        sed -n 's/^ *"sha256": "\(.*\)"$/\1/p' manifest.json | paste -d' ' - /dev/null /tmp/names.$$ | sha256sum --check --strict --quiet
        diff <(sort /tmp/names.$$) <(ls -A | grep -vx -e 'manifest\.json' -e 'manifest\.sig\.json' -e "$(basename "$key")" | sort)
        rm -f /tmp/names.$$

        # 3. The chain: each hash is SHA-256 over the hash before it (as 32 bytes) and the event's bytes.
        run=$(sed -n 's/^  "run": "\(.*\)",$/\1/p' manifest.json)
        head=$(sed -n 's/^  "head": "\(.*\)",$/\1/p' manifest.json)
        previous=$(printf 'playbooks/1\n%s' "$run" | sha256sum | cut -c1-64)
        while IFS= read -r line; do
          hash=$(printf '%s' "$line" | sed -E 's/^\{"sequence":[0-9]+,"hash":"([0-9a-f]{64})".*$/\1/')
          event=$(printf '%s' "$line" | sed -E 's/^\{"sequence":[0-9]+,"hash":"[0-9a-f]{64}","event":(.*)\}$/\1/')
          previous=$({ printf "$(printf '%s' "$previous" | sed 's/../\\x&/g')"; printf '%s' "$event"; } | sha256sum | cut -c1-64)
          [ "$hash" = "$previous" ] || { echo "the chain breaks at: ${line:0:60}"; exit 1; }
        done < timeline.ndjson
        [ "$previous" = "$head" ] || { echo "the chain's head is not the signed one"; exit 1; }
        echo verified
        ```

        ## What the files are

        | file | what it holds |
        |---|---|
        | `report.html` | for people: verdict, times, approvals, artifacts |
        | `playbook.json`, `environment.json` | the exact texts that the run was pinned to; secrets only as references |
        | `timeline.ndjson` | every event, one a line, with its sequence and hash; after `"event":` stand the hashed bytes, up to the last `}` |
        | `approvals.json` | what was asked, who answered how, when and through what; orders; refusals |
        | `measurements.json` | clocks, verdict with reasons, budget and actual time per step, machine and human time |
        | `artifacts.json`, `replay.json`, `erasures.json` | artifacts before and after; letters replayed; subjects erased again |
        | `anchors.json` | heads of the chain that were written to another identity's storage, and those that could not be |
        | `manifest.json`, `manifest.sig.json` | SHA-256 of every file above; its signature (ECDSA P-256, DSSE) |

        Every file is made from the events alone: whoever holds the journal and the key gets the same bytes again, signature included.

        """).ReplaceLineEndings("\n");
}
