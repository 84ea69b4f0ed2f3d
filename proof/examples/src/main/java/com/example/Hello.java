package com.example;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.registration.Registration;
import java.time.Duration;

public final class Hello {

    public static void main(String[] args) {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                Rollcall rollcall = Rollcall.connect(etcd.endpoint())) {
            Registration me = rollcall.register(Instance.of("user", "10.0.0.7:8080"));
            me.awaitRegistered(Duration.ofSeconds(5));

            ServiceView users = rollcall.discover("user");
            users.awaitInstances(1, Duration.ofSeconds(5));
            System.out.println(
                    "call " + PickStrategy.roundRobin().over(users).pick().endpoint());
        }
    }
}
