/// Names of record types by number, for sources that give the numbers (the kernel's own log). Data, from `linux/audit.h` and
/// audit's `audit-records.h`.
enum AuditdRecordTypes {
    /// The name of a type, or nil.
    static func name(_ number: Int) -> [UInt8]? { names[number] }

    private static let names: [Int: [UInt8]] = {
        let runs: [(Int, String)] = [
            (1005, "USER LOGIN"),
            (
                1100,
                "USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC USER_CHAUTHTOK USER_ERR"
            ),
            (
                1110,
                "CRED_REFR USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP DAC_CHECK CHGRP_ID"
            ),
            (
                1120,
                "TEST TRUSTED_APP USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT SYSTEM_SHUTDOWN"
            ),
            (
                1129,
                "SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK ACCT_UNLOCK"
            ),
            (1137, "USER_DEVICE SOFTWARE_UPDATE"),
            (
                1200,
                "DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME"
            ),
            (1207, "DAEMON_ACCEPT DAEMON_CLOSE DAEMON_ERR"),
            (1300, "SYSCALL"),
            (1302, "PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD"),
            (1309, "EXECVE"),
            (1311, "IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER FD_PAIR OBJ_PID TTY EOE"),
            (
                1321,
                "BPRM_FCAPS CAPSET MMAP NETFILTER_PKT NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE REPLACE"
            ),
            (1330, "KERN_MODULE FANOTIFY TIME_INJOFFSET TIME_ADJNTPVAL BPF EVENT_LISTENER URINGOP OPENAT2"),
            (1338, "DM_CTRL DM_EVENT"),
            (1400, "AVC SELINUX_ERR AVC_PATH MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW"),
            (1501, "APPARMOR_AUDIT APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_HINT APPARMOR_STATUS APPARMOR_ERROR"),
            (1700, "ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT"),
            (1800, "INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE"),
            (2000, "KERNEL"),
        ]
        var names: [Int: [UInt8]] = [:]
        for (first, words) in runs {
            for (index, word) in words.split(separator: " ").enumerated() { names[first + index] = Array(word.utf8) }
        }
        return names
    }()
}
