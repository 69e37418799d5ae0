namespace Playbooks.Core.Renderings;

/// <summary>What an author must know that no table says. Short, and about consequences: the tables hold the details.</summary>
internal static class ReferenceProse
{
    public const string Opening = """
        # Writing playbooks

        A playbook is one JSON file that says what to do when a model goes wrong. It is checked before it can run, and because everything in it has
        a bound, its worst case is known before the night on which it is needed. This page is made from the code, so it says what the reader really takes.

        Put a playbook into a folder of its own, `playbooks/NAME/playbook.json`, with scenarios beside it in `scenarios/`, and let your editor complete it from
        [playbook.schema.json](playbook.schema.json). Then:

        | to | run |
        |---|---|
        | see every error at once, with its place and remedy | `playbooks validate NAME` (`--sarif FILE` for pull requests) |
        | compare the worst case with the RTO | `playbooks prove NAME` |
        | play the scenarios in virtual time | `playbooks test NAME` |
        | let an approver understand it | `playbooks explain NAME`, `playbooks graph NAME` |
        | have a sheet for the day without an engine | `playbooks explain NAME --runbook`, printed before it is needed |
        | see what a run would find and do, changing nothing | `playbooks plan NAME -e ENVIRONMENT`; `run --plan FILE` starts it only if nothing has moved since |
        | review a change | `playbooks diff OLD NEW` |
        | see how an alert is understood and what it would start | `playbooks alert FILE`, `-` for what is piped in |

        """;

    public const string Rules = """
        ## What it means

        **Order.** Steps run one after the other. Blocks (`parallel`, `forEach`, `repeat`, `switch`, `try`, `playbook`) hold lists of their own. A `goto` leads only
        forward within its list, so no playbook can run for ever. What it jumps over counts as skipped, and never as passed.

        **Failure.** Each attempt has a `timeout`; `retry` names the errors that are worth another attempt. When a step has failed for good, `onFailure` decides:
        `stop` fails the run, `continue` passes it over, a `goto` goes on elsewhere, `ask` waits for a person. Leave it out and steps that change something ask in
        live runs, everything else stops. A run that fails isolates again every model that it had given requests, waits until nothing is under way, takes back
        in reverse order what has an `undo`, and runs `finally`. What a `try`, `continue` or `goto` has caught is no failure of the run and takes nothing back.

        **Undo.** Whatever mutates needs a way back, unless it protects. An undo is computed when its step starts, from what was known by then. Steps that
        protect (isolating, preserving) are never undone: only a later step or a person lifts an isolation. `model.rejoin` needs no undo of yours, it is always
        taken back by isolating. A step that recovers seals what came before it.

        **Doing it once.** Every effect carries a key that stays the same over all attempts. *keyed* targets drop what they have seen; *checked* acts are
        conditional on what was read; *once* cannot be repeated, so after a crash or a time-out nobody tries it again and its outcome is `outcome-unknown` until
        a person has looked. A step must not retry on errors that would risk doing a *once* effect twice; the reader refuses it.

        **Approvals.** An approval covers later steps, and is given for exactly what was shown: the playbook, the environment and the resolved inputs of the covered
        steps. If any of these changes, the votes are void and it is asked again. Covered steps may therefore use only what is known before the approval. One no
        ends it. Neither whoever started the run has a vote, nor the `editors` of this version of the playbook. With `"decideOn": "page"` only the signed-in page
        takes the decision. Silence means what `onTimeout` says, and never yes for what cannot be taken back.

        **Time.** The RTO runs from detection until the one step with `recovers` has succeeded; waiting for people counts. A model must be back at 100 percent by
        then. `budget` is a step's share: passing it tells the commander, and stops nothing. Durations are ISO 8601 without years and months, because nobody
        can say how long those are; 30 days at most.

        **Personal data.** After `artifacts.restore`, people who were erased since that version was made are back in it. So `erasures.reapply` of the same model
        must come before the step that recovers, unless the environment says that the artifacts hold no personal data.

        **Drills.** A drill runs the same steps in a drill environment. `drill.inject` makes the incident; `chaos.*` stands nowhere else. `"drill": "simulate"` or
        `"skip"` keeps a step out of drills, and the evidence then says that nothing was proven about it.

        **One at a time.** `concurrency.key` allows one run per key. A second alert joins it (`attach`), waits (`queue`) or is recorded (`reject`). During the
        `cooldown` after a run an alert is kept, people are told, and it starts a run when the cooldown is over unless it was resolved meanwhile.

        **Versions.** A run keeps the exact text that it started with. Editing files changes nothing that is running. Raise `version` with every change: the same
        version with another text is refused.

        """;

    public const string Secrets = """
        ## Secrets

        Playbooks hold none. Environments name them, as `env:NAME` or `file:PATH`; a value that looks like a secret is refused. The headers of `http.request` and
        `http.get` may refer to secrets that are meant for requests, and to no others: `env:HTTP_…` and `file:http-secrets/…`. Anything else fails as `denied`
        before it is sent, so that a playbook cannot post the key of a storage account to somebody. An answer that repeats a secret is stored without it.

        """;

    public const string Expressions = """
        ## Expressions

        `${ … }` holds [JMESPath](https://jmespath.org), without arithmetic and vendor extensions. Alone in a string it keeps its type; within a longer string it becomes text, and
        null is an error there. `$${` is a literal `${`. Data is never read as an expression. The reader checks every path: that the step exists and is over, that
        the output is declared, that it is there on every way to here. Where it may be missing, say what then: `coalesce`, `require`, or `if` on the step's status.

        | it reads | what |
        |---|---|
        | `inputs.NAME` | what the run was started with |
        | `alert.…` | ALERT; see [Alerts](#alerts); null in runs without one |
        | `run.id`, `run.mode` | the run; `live` or `drill` |
        | `run.occurredAt`, `run.detectedAt`, `run.startedAt`, `run.deadline` | the clocks; `deadline` is detection plus RTO |
        | `steps.ID.status`, `steps.ID.output.NAME`, `steps.ID.attempts` | a step that is over |
        | `item`, `index` | within `forEach`; `index`, from 0, also within `repeat` |

        Within a block a step sees its own iteration and branch. From outside, the output of a `forEach` is an array and that of a `parallel` an object by branch.

        """;

    public const string Closing = """
        ## Scenarios

        A scenario says what the world and the people answer, and what must come of it. Actions that it does not mention succeed after a second. Paths are those of
        steps as runs show them, `ramp[0]/shift` for one iteration or `ramp/shift` for all, `restore~undo` for an undo. Inside blocks they say which way was taken:
        `which.arm0/fix` of a `switch` (`which.default/fix`), `guard.steps/copy` and `guard.catch0/warn` of a `try`, `both.left/copy` of a `parallel`. A scenario names every input,
        since defaults do not count in it; a name that fits no step is an error.

        ```json
        { "title": "An approver says no",
          "inputs": { "model": "recommendations" },
          "votes": { "go": [ { "person": "approver-1", "role": "ml-approvers", "approves": false, "after": "PT4M" } ] },
          "actions": { "restore": [ { "fails": "transient" }, { "succeeds": {}, "takes": "PT5M" } ] },
          "expect": { "outcome": "failed", "undone": [], "models": { "recommendations": 0 } } }
        ```

        `mode` is `live` or `drill`. Answers: `succeeds` (an output), `fails` (an error kind) with `message` and `retryAfter`, `pending` (ask again after), `never`; each with
        `takes`. `orders` are given when the run waits on their `path`, or `after` a time; `tasks` say how long a person takes. `expect` may name `outcome`, `verdict`,
        `ran`, `undone`, `skipped`, `incomplete`, `models` and `recoveredWithin`; what it leaves out is not looked at.
        """;

    public const string Alerts = """

        ## Alerts

        An alert from any monitor becomes the same few fields; a playbook never sees who sent it in which shape. A trigger takes it when everything fits that the trigger
        names; patterns do not care for capitals. `playbooks alert FILE` shows how an alert is understood, which playbooks it would start with which inputs, and why the others not.

        One that is resolved starts nothing and cancels nothing. What the test button of an action group sends starts drills only. A run keeps at most KEPT of an alert, so that
        its inputs have room: what people read is cut and says so, ids and custom properties are kept whole or left out, and `alert.cut` names both. Every text of an alert
        is written by strangers: give an input a `pattern`, and build no address from it.

        **Dead letters.** A trigger on `deadLetters` needs no monitor: every minute `playbooks serve` asks how many letters the dead-letter queue holds, and makes an alert
        of it when there are `atLeast` or more. Its rule is `dead letters of QUEUE`, and `alert.customProperties` holds `queue`, `count` and `atLeast`. It starts once; when
        there are fewer again it is resolved, and only after that can it start anew. A count that swings around the number starts each time, so give the playbook a
        `cooldown`. Triggers on alerts do not take it, and nobody outside can send it.

        """;

    public const string AlertContext = "Why it fired, in the same words for all monitors. Only what the monitor says is there; the rest is null.";

    public const string OwnAlerts = """
        Azure Monitor sends its common alert schema; switch it on in the action group. Any other monitor sends this, signed after [Standard Webhooks](https://www.standardwebhooks.com).
        Only `type`, `timestamp`, `id` and `rule` are required; `alert.resolved` also needs the `firedAt` of the alert that it ends. Unknown fields are refused.

        ```json
        { "type": "alert.fired", "timestamp": "2026-01-12T03:00:00Z",
          "data": { "id": "grading-drift-42", "rule": "grading-model-drift", "severity": "Sev1", "service": "drift-monitor", "firedAt": "2026-01-12T02:59:30Z",
                    "targets": [ "grading" ], "description": "Accuracy on the golden requests fell to 61 percent.",
                    "link": "https://monitor.university.example/alerts/42", "customProperties": { "model": "grading" } } }
        ```
        """;
}
