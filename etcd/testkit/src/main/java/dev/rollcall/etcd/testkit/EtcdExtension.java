package dev.rollcall.etcd.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a class an etcd, and sees to it that they leave nothing behind.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final EtcdExtension etcd = EtcdExtension.embedded();
 *
 * @Test
 * void aKeyIsRead() {
 *     connect(etcd.endpoints()) ...
 * }
 * }</pre>
 *
 * <p>As a static field it is one etcd for the whole class: after each test it is started or resumed if the test left it
 * otherwise, and cleared of all keys and leases; its revision goes on. As an instance field it is a new etcd for each test. A
 * test may also take it as a parameter of type {@link TestEtcd}.
 *
 * <p>After each test that passed, every watch, lease and thread named {@code rollcall-...} which it brought must be gone within
 * 3 s, or it fails. Tests that share an etcd must therefore run one after another.
 */
public final class EtcdExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private final EtcdSpec spec;
    private final boolean checksLeaks;
    private @Nullable TestEtcd etcd;
    private @Nullable LeakCheck leakCheck;
    /** How many classes that share this etcd are open: a test class and those nested in it. */
    private int openClasses;

    private EtcdExtension(EtcdSpec spec, boolean checksLeaks) {
        this.spec = spec;
        this.checksLeaks = checksLeaks;
    }

    /** An etcd as specified. */
    public static EtcdExtension of(EtcdSpec spec) {
        return new EtcdExtension(spec, true);
    }

    /** The embedded server; see {@link EtcdSpec#embedded()}. */
    public static EtcdExtension embedded() {
        return of(EtcdSpec.embedded());
    }

    /** A process of a real etcd of this version; see {@link EtcdSpec#real}. */
    public static EtcdExtension real(String version) {
        return of(EtcdSpec.real(version));
    }

    /** A cluster of real etcds; see {@link EtcdSpec#cluster}. */
    public static EtcdExtension cluster(String version, int members) {
        return of(EtcdSpec.cluster(version, members));
    }

    /** The same, for tests that end with watches, leases or threads on purpose. */
    public EtcdExtension withoutLeakCheck() {
        return new EtcdExtension(spec, false);
    }

    /** Leaves out the check after the test that runs now. */
    public void forgiveLeaks() {
        leakCheck = null;
    }

    /**
     * The etcd of the running test.
     *
     * @throws IllegalStateException outside a test
     */
    public TestEtcd etcd() {
        if (etcd == null) {
            throw new IllegalStateException(
                    "there is an etcd only while a test runs; is the field annotated with @RegisterExtension?");
        }
        return etcd;
    }

    /** The addresses of {@link #etcd()}. */
    public List<String> endpoints() {
        return etcd().endpoints();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        openClasses++;
        if (etcd == null) {
            etcd = spec.start();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        openClasses--;
        if (openClasses == 0) {
            end();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (etcd == null) {
            etcd = spec.start();
        }
        leakCheck = checksLeaks ? LeakCheck.begin(etcd) : null;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestEtcd tested = etcd;
        // JUnit comes here even when the etcd could not be started.
        if (tested == null) {
            return;
        }
        try {
            tested.resume();
            tested.start();
            // A test that failed has said enough, and may not have come to its closing lines.
            if (leakCheck != null && context.getExecutionException().isEmpty()) {
                leakCheck.verify();
            }
            tested.clear();
        } finally {
            leakCheck = null;
            if (openClasses == 0) {
                end();
            }
        }
    }

    private void end() {
        if (etcd != null) {
            etcd.close();
            etcd = null;
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestEtcd.class;
    }

    @Override
    public TestEtcd resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return etcd();
    }
}
