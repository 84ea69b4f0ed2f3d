/**
 * An etcd for every test.
 *
 * <p>{@link dev.rollcall.etcd.testkit.EtcdExtension} gives a JUnit test an etcd of the kind that
 * {@link dev.rollcall.etcd.testkit.EtcdSpec} names: the embedded server, a real process, or a cluster of them.
 * {@link dev.rollcall.etcd.testkit.TestEtcd} is the handle: its endpoints, and what can be done to it (kill, restart, pause,
 * wipe, compact). It is the same handle for every kind, and it never hands out a client: any client can be tested with it.
 *
 * <p>{@link dev.rollcall.etcd.testkit.FaultProxy} stands between a client and an endpoint and does what a bad network does.
 *
 * <p>For the behaviour that no healthy server can be brought to show there is {@link dev.rollcall.etcd.testkit.ScriptedEtcd},
 * which says what a test wrote down. {@link dev.rollcall.etcd.testkit.TestCertificates} makes certificates, and
 * {@link dev.rollcall.etcd.testkit.ManualTime} is a clock that the test moves.
 */
@NullMarked
package dev.rollcall.etcd.testkit;

import org.jspecify.annotations.NullMarked;
