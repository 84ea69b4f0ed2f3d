/**
 * A small etcd v3 client that never goes quiet.
 *
 * <p>{@link dev.rollcall.etcd.EtcdClient} stands for one cluster and gives four doors: {@link dev.rollcall.etcd.Kv} (put, get, list,
 * delete, transactions), {@link dev.rollcall.etcd.Leases} (grant, revoke, and a {@link dev.rollcall.etcd.KeepAlive} that renews),
 * {@link dev.rollcall.etcd.Watches} (changes of a range, in revision order, resumed after every break) and
 * {@link dev.rollcall.etcd.Cluster} (status, members). Every call has a deadline, every failure is one {@link dev.rollcall.etcd.EtcdException}
 * with an {@link dev.rollcall.etcd.EtcdError}, and no gRPC or protobuf type is seen outside.
 *
 * <p>The decisions (when to renew, where to resume, when to connect again) are pure state machines in this package; the classes
 * around them only carry their actions to gRPC and their answers back.
 */
@NullMarked
package dev.rollcall.etcd;

import org.jspecify.annotations.NullMarked;
