#!/bin/sh
# After provisioning: writes the environments that the hosts work in, from what was provisioned. Run by azd; what is there already is left alone.
set -eu
folder="$(dirname "$0")/../playbooks/environments"

write() { # name kind blobs queues tables state anchors client extra
  file="$folder/$1.json"
  if [ -e "$file" ]; then echo "$file is there; it is left as it is."; return; fi
  cat > "$file" <<JSON
{
  "name": "$1",
  "kind": "$2",
  "storage": {
    "main": { "blobUrl": "$3", "queueUrl": "$4", "tableUrl": "$5", "clientId": "$8" },
    "state": { "blobUrl": "$6", "clientId": "$8" },
    "vault": { "blobUrl": "$7", "clientId": "$8" }
  },
  "queues": {
    "jobs": { "storage": "main", "deadLetter": "jobs-poison", "work": "jobs", "ledgerTable": "deadletters", "consumer": "keyed" }
  },
  "channels": { "incidents": { "kind": "terminal" } },
  "roles": {},
  "erasures": { "storage": "main", "table": "erasures" },
  "evidence": { "storage": "state", "container": "evidence" },
  "anchor": { "storage": "vault", "container": "anchors" },
  "signing": { "artifactsPublic": "env:PLAYBOOKS_ARTIFACT_PUBLIC_KEY", "evidence": "env:PLAYBOOKS_EVIDENCE_KEY" }$9
}
JSON
  echo "$file is written. Name your models, gateways, groups and the teams block in it, then: azd deploy"
}

write azure live "$PLAYBOOKS_TARGET_BLOBS" "$PLAYBOOKS_TARGET_QUEUES" "$PLAYBOOKS_TARGET_TABLES" "$PLAYBOOKS_STATE_BLOBS" "$PLAYBOOKS_ANCHOR_BLOBS" "$PLAYBOOKS_EXECUTOR_CLIENT" ""
if [ -n "${PLAYBOOKS_DRILL_URL:-}" ]; then
  write azure-drill drill "$PLAYBOOKS_DRILL_TARGET_BLOBS" "$PLAYBOOKS_DRILL_TARGET_QUEUES" "$PLAYBOOKS_DRILL_TARGET_TABLES" "$PLAYBOOKS_DRILL_STATE_BLOBS" "$PLAYBOOKS_DRILL_ANCHOR_BLOBS" "$PLAYBOOKS_DRILL_CLIENT" ',
  "drill": { "raiseAlert": true }'
fi
