using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Playbooks.Core.Definitions;

/// <summary>
/// An action in the words of people: for those who approve, and for the day on which the engine itself is down. <c>{name}</c> stands for an
/// input as the playbook gives it, <c>{name|else}</c> for one that may be left out.
/// </summary>
/// <param name="Does">One sentence that starts with a verb, for people who do not know the engine.</param>
/// <param name="ByHand">What a person does instead, in order; each is something to tick off.</param>
public sealed record ActionWords(string Does, ImmutableArray<string> ByHand)
{
    /// <summary>The words of an action. Without words an action does not load: nobody could approve it or do it by hand.</summary>
    /// <exception cref="InvalidOperationException">The action has no words.</exception>
    internal static ActionWords Of(string action) => ByAction.TryGetValue(action, out var words) ? words
        : throw new InvalidOperationException($"{action} has no words for people. Add them to ActionWords.");

    private static readonly FrozenDictionary<string, ActionWords> ByAction = new Dictionary<string, ActionWords>(StringComparer.Ordinal)
    {
        ["model.isolate"] = new("Takes the model {model} out of service at once; its fallback answers until the model is given requests again.",
        [
            "Run `playbooks gateway isolate {model} -e ENVIRONMENT -m \"why\"`. It needs no engine, only the gateway's storage.",
            "Where that does not work: send `PUT /state/{model}` with `{\"mode\": \"previous\", \"reason\": \"why\"}` to a gateway's control listener, with an on-call key.",
            "Look at `GET /replicas?model={model}`: every replica that is heard must confirm the new generation. Until then the model counts as serving.",
        ]),
        ["model.rejoin"] = new("Gives {percent} percent of the requests back to the model {model}.",
        [
            "Read `GET /state/{model}` at a gateway's control listener and note its ETag. Go on only if the model is in the state that you expect.",
            "Send `PUT /state/{model}` with `{\"mode\": \"model\", \"percent\": {percent}, \"reason\": \"why\"}` and `If-Match` with that ETag. On 412 stop: somebody has changed it.",
            "Be ready to isolate the model again at the first wrong answer.",
        ]),
        ["model.reload"] = new("Lets the service of {model} load the version that is current.",
        [
            "Restart the service of {model}, or call its reload endpoint.",
            "Compare the digest that the service reports with the one of the current version (`playbooks artifacts verify {model} -e ENVIRONMENT`).",
        ]),
        ["model.verify"] = new("Asks the model {model} the golden questions ({suite|its default suite}; for {hold|one round}) and compares every answer; changes nothing.",
        [
            "Send the requests of the suite ({suite|the default suite}) to the model and compare each answer with the file, within the tolerance written there.",
            "Compare the digest that the service reports with the version that ought to serve.",
            "Keep watching for {hold|as long as you need to be sure}. One wrong answer fails this step.",
        ]),
        ["artifacts.preserve"] = new("Copies the artifact of {model} as it is now into the evidence store, so that it can be examined later; changes nothing in service.",
        [
            "Copy every blob of the artifact of {model}, pointer and versions, into a new folder of the evidence container. Do not overwrite anything.",
            "Write down who copied it, when, and the SHA-256 of each file.",
        ]),
        ["artifacts.lastKnownGood"] = new("Looks up the newest version of {model} that a validation has called good; changes nothing.",
        [
            "Run `playbooks artifacts list {model} -e ENVIRONMENT` and take the newest version marked good that was validated before the incident.",
            "Write down its number and digest, and those of the version that is current now.",
        ]),
        ["artifacts.restore"] = new("Puts version {version} of {model} back in place of the current one, after checking every byte of it.",
        [
            "Run `playbooks artifacts verify {model} VERSION -e ENVIRONMENT` for {version}. If it is not whole, stop and choose another.",
            "Write down the version that is current now: it is the way back.",
            "Run `playbooks artifacts promote {model} VERSION -e ENVIRONMENT` for {version}.",
        ]),
        ["artifacts.promote"] = new("Makes version {version} of {model} the current one.",
        [
            "Write down the version that is current now: it is the way back.",
            "Run `playbooks artifacts promote {model} VERSION -e ENVIRONMENT` for {version}.",
        ]),
        ["artifacts.verify"] = new("Checks signature, lengths and digests of {version|the current version} of {model}; changes nothing.",
        [
            "Run `playbooks artifacts verify {model} -e ENVIRONMENT`, with the number of the version unless it is the current one.",
        ]),
        ["deadletters.reprocess"] = new("Sends the jobs that died in {queue} to work again, a few at first, and stops when too many die again. A job that was sent cannot be called back.",
        [
            "Make sure that the model behind the queue answers rightly; else every job dies again.",
            "Move a few letters from the dead-letter queue of {queue} to its work queue. Keep a list of the id of each before you move it, so that none is sent twice.",
            "Wait until they are worked off. Go on with more only if no more than {stopAtErrorPercent|a few} percent of them died again.",
            "Leave out the letters of people who were erased meanwhile.",
        ]),
        ["erasures.reapply"] = new("Removes from the restored data of {model} the people who were erased since it was made, and checks that none is left. This cannot be taken back, and is not meant to be.",
        [
            "List the erasures recorded since {since} in the erasure table.",
            "Remove those people's records from the data sets of {model}, as a new version, and make it current.",
            "Search the new version for each of them: none may be found. The model must not serve before that.",
        ]),
        ["notify"] = new("Tells the channel {channel}: {text}",
        [
            "Tell {channel}: {text}",
        ]),
        ["evidence.publish"] = new("Writes down everything that this run has done so far in the evidence store.",
        [
            "Keep this sheet, with times, names and signatures. It is the evidence.",
        ]),
        ["http.request"] = new("Sends a {method} request to {url}. It cannot be repeated safely.",
        [
            "Send {method} to {url} once, for example with curl. If no answer comes, ask whoever runs the target before you send it again.",
        ]),
        ["http.get"] = new("Reads {url}; changes nothing.",
        [
            "Open {url} and write down what it says.",
        ]),
        ["chaos.corruptArtifact"] = new("Puts a corrupted version of {model} in place, in the drill environment, for at most {ttl}.",
        [
            "Leave this out: without the engine nothing is broken on purpose.",
        ]),
        ["chaos.deadLetter"] = new("Puts {count} letters into the dead-letter queue of {queue}, in the drill environment, for at most {ttl}.",
        [
            "Leave this out: without the engine nothing is broken on purpose.",
        ]),
        ["chaos.modelFault"] = new("Makes the service of {model} answer with the fault {fault}, in the drill environment, for at most {ttl}.",
        [
            "Leave this out: without the engine nothing is broken on purpose.",
        ]),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
