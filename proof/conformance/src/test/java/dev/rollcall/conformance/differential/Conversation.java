package dev.rollcall.conformance.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.SnapshotResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a case with one store, and writes down what was said on both sides.
 *
 * <p>A step begins with the name of a call, or with one of these. {@code watch} and {@code watch#2} are two calls of one kind.
 *
 * <ul>
 *   <li>{@code next watch 2}: waits for two answers; {@code any watch 2}: the same where their order is open;
 *       {@code through watch end}: all up to the one that says {@code "end"}
 *   <li>{@code quiet watch}: nothing more comes for a while
 *   <li>{@code halfClose watch}, {@code hangUp watch}, {@code end watch}: says that it is done, cancels, waits for the end
 *   <li>{@code start lock#1 ...}, {@code pending lock#1}, {@code await lock#1}: a call that is answered later
 *   <li>{@code keys 2 a}: waits until two keys begin with a
 *   <li>{@code many 5 put key: "%i"}: the call five times, of which the last answer is kept
 *   <li>{@code login root}, {@code by root}, {@code by nobody}, {@code by stranger}: who asks from here on;
 *       {@code authorization root}, {@code bearer root}: the same with the token elsewhere
 *   <li>{@code protect}: makes root, switches authentication on, and logs in as root
 *   <li>{@code takeSnapshot}: whether what comes is a snapshot that etcd's tools take
 * </ul>
 */
final class Conversation {

    private static final long ANSWER_MILLIS = 20_000;
    private static final long QUIET_MILLIS = 250;
    private static final long BREATH_MILLIS = 10;
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String NOTHING = "  (nothing)";
    /** Written when an answer was waited for and none came; a case in which etcd does not answer is a bad one. */
    static final String IN_VAIN = "  (in vain)";

    private final Store store;
    private final Case held;
    private final Wording wording;
    private final Blanks blanks;
    private final Map<String, Call> calls = new HashMap<>();
    private final Map<String, String> tokens = new HashMap<>();
    private final List<String> transcript = new ArrayList<>();
    private Metadata caller = new Metadata();
    private long lastLease;

    private Conversation(Store store, Case held) {
        this.store = store;
        this.held = held;
        Origin origin = store.prepare(held.fresh());
        wording = new Wording(origin, held.fresh());
        blanks = new Blanks(origin, () -> lastLease);
        tokens.put("stranger", "canaryxxxxxxxxxx.1");
    }

    /** What was asked and answered, line by line. */
    static List<String> hold(Store store, Case held) {
        Conversation conversation = new Conversation(store, held);
        try {
            for (String step : held.steps()) {
                conversation.transcript.add(step);
                conversation.step(conversation.blanks.fill(step));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            conversation.calls.values().forEach(Call::cancel);
            store.lastToken(conversation.tokens.getOrDefault("root", ""));
        }
        return conversation.transcript;
    }

    /** The password of every user of the cases. */
    static String password(String user) {
        return "canary-" + user;
    }

    static Metadata headers(String token) {
        return headers(TOKEN, token);
    }

    private static Metadata headers(Metadata.Key<String> name, String token) {
        Metadata headers = new Metadata();
        headers.put(name, token);
        return headers;
    }

    private void step(String step) throws InterruptedException {
        String[] words = step.split(" ", 2);
        String rest = words.length == 1 ? "" : words[1];
        switch (words[0]) {
            case "next" -> transcript.addAll(answers(rest));
            case "any" -> transcript.addAll(answers(rest).stream().sorted().toList());
            case "through" -> answersThrough(rest.split(" ", 2));
            case "quiet" -> transcript.add(worded(call(rest).next(QUIET_MILLIS), NOTHING));
            case "halfClose" -> call(rest).halfClose();
            case "hangUp" -> call(rest).cancel();
            case "end" -> transcript.add(worded(call(rest).end(ANSWER_MILLIS), IN_VAIN));
            case "start" -> start(rest);
            case "pending" -> transcript.add(worded(call(rest).end(QUIET_MILLIS), NOTHING));
            case "await" -> finish(call(rest));
            case "keys" -> awaitKeys(rest.split(" ", 2));
            case "many" -> many(rest.split(" ", 2));
            case "login" -> login(rest);
            case "by" -> by(rest);
            case "authorization" -> caller = headers(AUTHORIZATION, token(rest));
            case "bearer" -> caller = headers(AUTHORIZATION, "Bearer " + token(rest));
            case "protect" -> protect();
            case "takeSnapshot" -> takeSnapshot();
            default -> ask(words[0], rest);
        }
    }

    private void ask(String name, String request) throws InterruptedException {
        MethodDescriptor<Message, Message> method = Methods.named(kind(name));
        if (method.getType() == MethodType.UNARY) {
            finish(start(name + " " + request));
            return;
        }
        Call stream = calls.computeIfAbsent(name, unused -> Call.begin(store.channel(), method, caller));
        stream.send(Methods.request(method, request));
        if (method.getType() == MethodType.SERVER_STREAMING) {
            stream.halfClose();
        }
    }

    private Call start(String step) {
        String[] words = step.split(" ", 2);
        MethodDescriptor<Message, Message> method = Methods.named(kind(words[0]));
        Call call = Call.begin(store.channel(), method, caller);
        calls.put(words[0], call);
        call.send(Methods.request(method, words.length == 1 ? "" : words[1]));
        call.halfClose();
        return call;
    }

    /** Writes down the answer of a call that has but one. */
    private void finish(Call call) throws InterruptedException {
        Status end = call.end(ANSWER_MILLIS);
        if (end == null || !end.isOk()) {
            call.cancel();
            transcript.add(worded(end, IN_VAIN));
            return;
        }
        Message answer = Objects.requireNonNull(call.answer(), "an answer");
        if (answer instanceof LeaseGrantResponse lease) {
            lastLease = lease.getID();
        }
        transcript.add("  " + wording.answer(answer));
    }

    private List<String> answers(String callAndCount) throws InterruptedException {
        String[] words = callAndCount.split(" ", 2);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            Call.Said said = call(words[0]).next(ANSWER_MILLIS);
            answers.add(worded(said, IN_VAIN));
            if (said == null) {
                break;
            }
        }
        return answers;
    }

    private void answersThrough(String[] callAndWord) throws InterruptedException {
        String answer;
        do {
            answer = answers(callAndWord[0] + " 1").get(0);
            transcript.add(answer);
        } while (!answer.contains('"' + callAndWord[1] + '"') && !answer.equals(IN_VAIN));
    }

    private void many(String[] timesAndStep) throws InterruptedException {
        int before = transcript.size();
        for (int i = 1; i <= Integer.parseInt(timesAndStep[0]); i++) {
            transcript.subList(before, transcript.size()).clear();
            step(timesAndStep[1].replace("%i", Integer.toString(i)));
        }
    }

    private void login(String user) throws InterruptedException {
        by("nobody");
        Message answer = quietly("authenticate", "name: '" + user + "' password: '" + password(user) + "'");
        tokens.put(user, ((AuthenticateResponse) answer).getToken());
        by(user);
    }

    private void by(String user) {
        caller = user.equals("nobody") ? new Metadata() : headers(token(user));
    }

    private String token(String user) {
        return Objects.requireNonNull(tokens.get(user), user);
    }

    private void protect() throws InterruptedException {
        quietly("userAdd", "name: 'root' password: '" + password("root") + "'");
        quietly("userGrantRole", "user: 'root' role: 'root'");
        quietly("authEnable", "");
        login("root");
    }

    private void awaitKeys(String[] countAndPrefix) {
        String prefix = countAndPrefix[1];
        String end = prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1);
        String request = "key: '" + prefix + "' range_end: '" + end + "' count_only: true";
        long wanted = Long.parseLong(countAndPrefix[0]);
        try {
            Awaitility.await()
                    .atMost(Duration.ofMillis(ANSWER_MILLIS))
                    .pollInterval(Duration.ofMillis(BREATH_MILLIS))
                    .until(() -> ((RangeResponse) quietly("range", request)).getCount() == wanted);
        } catch (ConditionTimeoutException e) {
            transcript.add(IN_VAIN);
        }
    }

    /** A call that must succeed and is not written down. */
    private Message quietly(String name, String request) throws InterruptedException {
        Call call = start(name + " " + request);
        Status end = call.end(ANSWER_MILLIS);
        if (end == null || !end.isOk()) {
            throw new IllegalStateException(held.name() + ": " + name + " " + request + " ended with " + end);
        }
        return Objects.requireNonNull(call.answer(), "an answer");
    }

    private void takeSnapshot() throws InterruptedException {
        Call call = start("snapshot");
        Status end = call.end(ANSWER_MILLIS);
        List<SnapshotResponse> parts = new ArrayList<>();
        for (Message part = call.answer(); part != null; part = call.answer()) {
            parts.add((SnapshotResponse) part);
        }
        SnapshotResponse last = parts.remove(parts.size() - 1);
        ByteString image = parts.stream().map(SnapshotResponse::getBlob).reduce(ByteString.EMPTY, ByteString::concat);
        long left = image.size();
        boolean counted = true;
        for (SnapshotResponse part : parts) {
            left -= part.getBlob().size();
            counted &= part.getRemainingBytes() == left;
        }
        transcript.add("  ended with " + Objects.requireNonNull(end).getCode());
        transcript.add("  no large part: "
                + parts.stream().allMatch(part -> part.getBlob().size() <= 32 << 10));
        transcript.add("  counts what remains: " + counted);
        transcript.add("  whole pages: " + (image.size() % 4096 == 0));
        transcript.add("  with a header: " + (last.hasHeader() || parts.get(0).hasHeader()));
        transcript.add("  ends with its SHA-256: " + last.getBlob().equals(sha256(image)));
    }

    private static ByteString sha256(ByteString image) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(image.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Call call(String name) {
        return Objects.requireNonNull(calls.get(name), () -> held.name() + ": no call is under way: " + name);
    }

    private static String kind(String call) {
        return call.replaceFirst("#.*", "");
    }

    private String worded(Call.@Nullable Said said, String nothing) {
        return said == null || said.answer() == null
                ? worded(said == null ? null : said.end(), nothing)
                : "  " + wording.answer(said.answer());
    }

    private static String worded(@Nullable Status end, String nothing) {
        return end == null ? nothing : "  " + Wording.error(end);
    }
}
