package dev.rollcall.conformance.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may depend on whom: the table in docs/architecture.md, as tests. Anything that is not allowed there is forbidden. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.rollcall");

    private static final String CLIENT = "dev.rollcall.etcd";
    private static final String[] WIRE = {"io.grpc..", "com.google..", "dev.rollcall.etcd.proto..", "io.netty.."};

    @Test
    void theServerKnowsNothingOfTheClientSide() {
        onlyOurs("dev.rollcall.etcd.server..", "dev.rollcall.etcd.server..", "dev.rollcall.etcd.proto..");
    }

    @Test
    void theClientKnowsNothingOfTheServerAndOfRollcall() {
        onlyOurs(CLIENT, CLIENT, "dev.rollcall.etcd.proto..");
    }

    @Test
    void theTestkitHandsOutEndpointsAndNeverAClientOfOurs() {
        onlyOurs(
                "dev.rollcall.etcd.testkit..",
                "dev.rollcall.etcd.testkit..",
                "dev.rollcall.etcd.server..",
                "dev.rollcall.etcd.proto..");
    }

    @Test
    void insideCoreThePackagesReadAsTheFlow() {
        String internal = "dev.rollcall.internal..";
        onlyOurs("dev.rollcall.internal..", internal);
        onlyOurs("dev.rollcall.instance..", "dev.rollcall.instance..", internal);
        onlyOurs("dev.rollcall.keyspace..", "dev.rollcall.keyspace..", "dev.rollcall.instance..", CLIENT, internal);
        onlyOurs("dev.rollcall.observe..", "dev.rollcall.observe..", CLIENT, internal);
        onlyOurs(
                "dev.rollcall.registration..",
                "dev.rollcall.registration..",
                "dev.rollcall.instance..",
                "dev.rollcall.keyspace..",
                "dev.rollcall.observe..",
                CLIENT,
                internal);
        onlyOurs(
                "dev.rollcall.discovery..",
                "dev.rollcall.discovery..",
                "dev.rollcall.instance..",
                "dev.rollcall.keyspace..",
                "dev.rollcall.observe..",
                CLIENT,
                internal);
        onlyOurs(
                "dev.rollcall.pick..",
                "dev.rollcall.pick..",
                "dev.rollcall.instance..",
                "dev.rollcall.discovery..",
                internal);
    }

    @Test
    void pickSeesOfDiscoveryOnlyWhatAUserSees() {
        noClasses()
                .that()
                .resideInAPackage("dev.rollcall.pick..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.rollcall.discovery..").and(not(publicType())))
                .because("a picker is built from snapshots of a view, whatever made them")
                .check(CLASSES);
    }

    @Test
    void nothingInCoreImportsTheRoot() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.rollcall.instance..",
                        "dev.rollcall.keyspace..",
                        "dev.rollcall.registration..",
                        "dev.rollcall.discovery..",
                        "dev.rollcall.pick..",
                        "dev.rollcall.observe..",
                        "dev.rollcall.internal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.rollcall")
                .because("the root package wires all and is imported by nobody")
                .check(CLASSES);
    }

    @Test
    void coreNeverTouchesTheWire() {
        noClasses()
                .that(resideInAPackage("dev.rollcall..")
                        .and(not(resideInAnyPackage(
                                "dev.rollcall.etcd..",
                                "dev.rollcall.conformance..",
                                "dev.rollcall.grpc..",
                                "dev.rollcall.examples.fleet.."))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(WIRE)
                .because("gRPC and protobuf stay inside etcd/")
                .check(CLASSES);
    }

    @Test
    void theIntegrationForGrpcUsesTheLibraryAsAUserDoes() {
        onlyOurs(
                "dev.rollcall.grpc..",
                "dev.rollcall.grpc..",
                "dev.rollcall",
                "dev.rollcall.instance..",
                "dev.rollcall.keyspace..",
                "dev.rollcall.registration..",
                "dev.rollcall.discovery..",
                "dev.rollcall.pick..",
                CLIENT);
    }

    @Test
    void theIntegrationForMicrometerUsesTheLibraryAsAUserDoes() {
        onlyOurs(
                "dev.rollcall.micrometer..",
                "dev.rollcall.micrometer..",
                "dev.rollcall",
                "dev.rollcall.instance..",
                "dev.rollcall.registration..",
                "dev.rollcall.discovery..",
                "dev.rollcall.pick..",
                "dev.rollcall.observe..");
    }

    @Test
    void thePureCoresOfTheServerKnowNoThreadNoClockAndNoWire() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.rollcall.etcd.server.auth..",
                        "dev.rollcall.etcd.server.mvcc..",
                        "dev.rollcall.etcd.server.lease..",
                        "dev.rollcall.etcd.server.watch..",
                        "dev.rollcall.etcd.server.machine..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "io.grpc..",
                                "com.google..",
                                "dev.rollcall.etcd.proto..",
                                "dev.rollcall.etcd.server.transport..",
                                "java.io..",
                                "java.nio.channels..",
                                "org.slf4j..")
                        .or(threadsAndClocks()))
                .because("the state machine is driven by commands alone, so that it can be simulated")
                .check(CLASSES);
    }

    @Test
    void noWireTypeIsInAPublicSignature() {
        classes()
                .that()
                .arePublic()
                .and()
                .resideOutsideOfPackages(
                        "dev.rollcall.etcd.proto..", "dev.rollcall.etcd.server.transport..", "dev.rollcall.grpc..")
                .and()
                .haveNameNotMatching(".*\\.testkit\\.(Script|ScriptedEtcd|ScriptedCall|EtcdMessages)(\\$.*)?")
                .should(keepWireTypesOutOfPublicSignatures())
                .because("a user must not need our transport's types; the scripted etcd alone plays its messages")
                .check(CLASSES);
    }

    private static void onlyOurs(String from, String... allowed) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.rollcall..").and(not(resideInAnyPackage(allowed))))
                .because("docs/architecture.md says who may depend on whom")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> threadsAndClocks() {
        Set<String> names = Set.of(
                "java.lang.Thread",
                "java.time.Clock",
                "java.util.Timer",
                "java.util.Random",
                "java.util.concurrent.ThreadLocalRandom");
        return DescribedPredicate.describe(
                "threads, executors or clocks",
                type -> names.contains(type.getName())
                        || type.getName().matches("java\\.util\\.concurrent\\..*Executor.*"));
    }

    private static DescribedPredicate<JavaClass> publicType() {
        return DescribedPredicate.describe("public", type -> type.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static ArchCondition<JavaClass> keepWireTypesOutOfPublicSignatures() {
        return new ArchCondition<>("keep wire types out of public signatures") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (visible(unit.getModifiers())) {
                        Set<JavaClass> seen = new LinkedHashSet<>(unit.getRawParameterTypes());
                        seen.add(unit.getRawReturnType());
                        seen.stream()
                                .filter(resideInAnyPackage(WIRE))
                                .forEach(wire -> events.add(SimpleConditionEvent.violated(
                                        unit, unit.getFullName() + " shows " + wire.getName())));
                    }
                }
                for (JavaField field : type.getFields()) {
                    if (visible(field.getModifiers())
                            && resideInAnyPackage(WIRE).test(field.getRawType())) {
                        events.add(SimpleConditionEvent.violated(field, field.getFullName() + " shows a wire type"));
                    }
                }
            }
        };
    }

    private static boolean visible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
