"""A first, thin state: fixed people, right layouts. Replaced by lives."""
from __future__ import annotations
import csv
from pathlib import Path
import numpy as np, polars as pl
from p20w.simulator import calendar as cal
from p20w.simulator.deliver import Content, Delivery, is_there, write
from p20w.simulator.feeds.layout import delimited, fixed_width_wages
from p20w.simulator.randomness import stream
SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"
RACES = ["AmericanIndianOrAlaskaNative","Asian","BlackOrAfricanAmerican","HispanicOrLatino","NativeHawaiianOrOtherPacificIslander","TwoOrMoreRaces","White"]
def _seed(name): 
    with (SEEDS/f"{name}.csv").open(encoding="utf-8") as f: return list(csv.DictReader(f))
def run(people, first, last, seed, drops, truth, progress=None):
    from faker.providers.person.en_US import Provider as P
    g = stream(seed, "thin")
    zips, schools, insts = _seed("ref_postal_code"), _seed("ref_school"), _seed("ref_institution")
    cips = _seed("ref_cip"); naics=[n["naics_code"] for n in _seed("ref_naics") if len(n["naics_code"])==6]
    n = people
    q0, q1 = cal.quarter_from_label(first), cal.quarter_from_label(last)
    lo, hi = cal.first_day(q0), cal.last_day(q1)
    sex = g.integers(0,2,n)
    def names(d): k=list(d); p=np.array([d[x] for x in k]); return np.array(k), p/p.sum()
    fm,pm=names(P.first_names_male); ff,pf=names(P.first_names_female); ln,pl_=names(P.last_names)
    fn=np.where(sex==0,g.choice(fm,n,p=pm),g.choice(ff,n,p=pf)); mn=np.where(sex==0,g.choice(fm,n,p=pm),g.choice(ff,n,p=pf))
    sn=g.choice(ln,n,p=pl_)
    bd=cal.day(2024,1,1)-(g.random(n)*80*365.25).astype(int)
    ssn=(g.choice(np.r_[1:666,667:900],n)*1000000+g.integers(1,100,n)*10000+g.integers(1,10000,n)).astype(np.int64)
    race=np.array(RACES)[g.choice(7,n,p=[.02,.05,.13,.19,.01,.04,.56])]
    zi=g.integers(0,len(zips),n); zc=np.array([z["postal_code"] for z in zips])[zi]; city=np.array([z["city"] for z in zips])[zi]; cty=np.array([z["county_fips"] for z in zips])[zi]
    street=np.char.add(g.integers(1,9999,n).astype(str),g.choice([" Oak Street"," Main Street"," 2nd Avenue"],n))
    ne=max(20,n//40); emp_ui=g.permutation(9_000_000)[:ne]+1_000_000; emp_ein=g.integers(10_000_000,990_000_000,ne); emp_n=g.choice(naics,ne); emp_c=g.choice([c["county_fips"] for c in _seed("ref_county")],ne)
    lev=np.array([s["level"] for s in schools])
    sidx={l:np.flatnonzero(lev==l) for l in("elementary","middle","high")}
    def iso(d): return pl.Series(np.asarray(d,dtype=np.int32)).cast(pl.Date)
    def put(feed,period,delivered,frame,ids,ext="csv",sub=1,totals=None,**kw):
        d=Delivery(feed,period,delivered,sub,ext)
        if lo<=delivered<=hi and not is_there(d,drops,truth):
            write(d,Content(delimited(frame,feed,**kw),ids,len(frame),totals or {}),drops,truth)
    jobs=g.integers(0,ne,n)
    for q in range(q0-1,q1+1):
        y,k=cal.year_and_quarter(q); end=cal.last_day(q); r=stream(seed,"q",q)
        age=(end-bd)/365.25
        # wages and employers
        w=np.flatnonzero((age>=16)&(age<70)&(r.random(n)<.7)); w=w[np.lexsort((w,jobs[w]))]
        wages=np.exp(r.normal(9,.7,len(w))).astype(np.int64)
        for sub,lag in((1,55),(2,100)):
            if sub==2 and r.random()>.2: continue
            ww=wages+(0 if sub==1 else (r.random(len(w))<.03)*100)
            d=Delivery("ui_wage",cal.label_of(q),end+lag,sub,"txt")
            if lo<=d.delivered_on<=hi and not is_there(d,drops,truth):
                up=lambda a:np.char.upper(a).astype("S")
                cols=dict(ssn=ssn[w],first_name=up(fn[w]),middle_name=up(np.array([m[0] for m in mn[w]])),last_or_surname=up(sn[w]),state_fips=np.full(len(w),99),ui_account_number=emp_ui[jobs[w]],reporting_unit_number=np.ones(len(w),int),federal_ein=emp_ein[jobs[w]],year=np.full(len(w),y),quarter_number=np.full(len(w),k),wages_usd=ww,hours_worked=r.integers(100,520,len(w)),weeks_worked=np.full(len(w),13))
                write(d,Content(fixed_width_wages(cols),w+1,len(w),{"wages_usd":int(ww.sum())}),drops,truth)
        c=np.bincount(jobs[w],minlength=ne); tw=np.bincount(jobs[w],weights=wages,minlength=ne).astype(np.int64); a=np.flatnonzero(c)
        put("employer",cal.label_of(q),end+70,pl.DataFrame({"UiAccountNumber":[f"{x:010d}" for x in emp_ui[a]],"ReportingUnitNumber":["00001"]*len(a),"FederalEin":[f"{x:09d}" for x in emp_ein[a]],"StatusCode":1,"OwnershipCode":5,"NaicsCode":emp_n[a],"CountyCode":[x[2:] for x in emp_c[a]],"MeeiCode":1,"Month1Employment":c[a],"Month2Employment":c[a],"Month3Employment":c[a],"TotalWages":tw[a],"Year":y,"Quarter":k,"PredecessorUiAccountNumber":None,"SuccessorUiAccountNumber":None}),None,totals={"total_wages_usd":int(tw.sum())})
        if k in(2,4):
            d=np.flatnonzero((age>=17)&(age<85)&(stream(seed,"lic").random(n)<.88)); issue=np.maximum(bd[d]+17*365,end-((end-bd[d]-17*365)%1461))
            ymd=lambda x:iso(x).dt.strftime("%Y%m%d")
            put("dmv_license",cal.as_date(end).isoformat(),end+10,pl.DataFrame({"LicenseNumber":[f"M{i:08d}" for i in d+10_000_000],"LastName":sn[d],"FirstName":fn[d],"MiddleName":mn[d],"NameSuffix":None,"PreviousLastName":None,"DateOfBirth":ymd(bd[d]),"SexCode":sex[d]+1,"SocialSecurityNumber":[f"{s:09d}" for s in ssn[d]],"SsnVerified":1,"StreetAddress":street[d],"City":city[d],"State":"ZZ","PostalCode":zc[d],"IssueDate":ymd(issue),"ExpirationDate":ymd(issue+1461),"LicenseClass":"D","PreviousJurisdiction":None}),d+1,ext="txt",separator="|")
        # schools
        def students(sy,at):
            g0=np.floor((cal.day(sy-1,9,1)-bd)/365.25).astype(int)-5
            s=np.flatnonzero((g0>=0)&(g0<=12)); lv=np.where(g0[s]<6,0,np.where(g0[s]<9,1,2)); sc=np.array([sidx[("elementary","middle","high")[l]][zi[i]%len(sidx[("elementary","middle","high")[l]])] for i,l in zip(s,lv)])
            o=np.lexsort((s,sc)); return s[o],g0[s][o],sc[o]
        def k12(sy,eoy,delivered):
            s,gr,sc=students(sy,0); a,b=cal.first_school_day(sy),cal.last_school_day(sy)
            grad=(gr==12)&(r.random(len(s))<.88)&eoy; drop=(gr>=9)&~grad&(r.random(len(s))<.04)&eoy; ex=grad|drop
            fr=pl.DataFrame({"StudentIdentifierState":[f"{i:010d}" for i in s*7919+1_000_000_000],"LeaIdentifierSeaAccountability":[schools[i]["lea_identifier_sea"] for i in sc],"SchoolIdentifierSea":[schools[i]["school_identifier_sea"] for i in sc],"FirstName":fn[s],"MiddleName":mn[s],"LastOrSurname":sn[s],"GenerationCodeOrSuffix":None,"Birthdate":iso(bd[s]),"Sex":np.where(sex[s]==0,"Male","Female"),"HispanicLatinoEthnicity":(race[s]=="HispanicOrLatino").astype(int),"RaceEthnicity":race[s],"GradeLevel":["KG" if x==0 else f"{x:02d}" for x in gr],"SchoolYear":sy,"EnrollmentEntryDate":iso(np.full(len(s),a)),"EnrollmentExitDate":iso(np.where(grad,b,b-60)).set(pl.Series(~ex),None),"ExitOrWithdrawalType":np.where(grad,"01921",np.where(drop,"01927","03502" if eoy else "")),"HighSchoolDiplomaType":np.where(grad,"00806",""),"DiplomaOrCredentialAwardDate":iso(np.full(len(s),b)).set(pl.Series(~grad),None),"CohortYear":pl.Series(np.where(gr>=9,sy-(gr-9),0)).replace(0,None),"EnglishLearnerStatus":0,"EconomicDisadvantageStatus":(zi[s]%2),"IdeaIndicator":0,"HomelessnessStatus":0,"ProgramTypeFosterCare":0,"AddressStreetNumberAndName":street[s],"AddressCity":city[s],"StateAbbreviation":"ZZ","AddressPostalCode":zc[s]})
            fr=fr.with_columns(pl.col(pl.String).replace("",None))
            put("k12_enrollment",f"{cal.school_year_label(sy)}-{'eoy' if eoy else 'fall'}",delivered,fr,s+1)
        if k==3: k12(y+1,False,cal.day(y,10,25))
        if k==2:
            k12(y,True,cal.day(y,7,20)); s,gr,sc=students(y,0); m=(gr>=9)&(s%3==0); s,gr,sc=s[m],gr[m],sc[m]; cp=[cips[i%len(cips)] for i in s]
            put("k12_cte",cal.school_year_label(y),cal.day(y,8,10),pl.DataFrame({"StudentIdentifierState":[f"{i:010d}" for i in s*7919+1_000_000_000],"LeaIdentifierSeaAccountability":[schools[i]["lea_identifier_sea"] for i in sc],"SchoolIdentifierSea":[schools[i]["school_identifier_sea"] for i in sc],"SchoolYear":y,"CipCode":[c["cip_code"] for c in cp],"CareerCluster":[c["career_cluster"] for c in cp],"ProgramParticipationStartDate":iso(np.full(len(s),cal.first_school_day(y))),"ProgramParticipationExitDate":iso(np.full(len(s),cal.last_school_day(y))),"CteCoursesPassed":1,"CteParticipant":1,"CteConcentrator":(gr>=11).astype(int),"CteCompleter":0,"NonTraditionalGenderStatus":0}),s+1)
        for term,ay,due,when in(("Fall",y+1,cal.day(y+1,1,15),4),("Spring",y,cal.day(y,6,11),2),("Summer",y,cal.day(y,9,9),3)):
            if k!=when: continue
            s=np.flatnonzero((age>=18)&(age<23)&(np.arange(n)%2==0)); ii=s%len(insts); a,b=cal.term_days(ay,term); o=np.argsort(ii,kind="stable"); s,ii=s[o],ii[o]
            put("ps_enrollment",f"{cal.as_date(b).year}-{term.lower()}",due,pl.DataFrame({"InstitutionIpedsUnitId":[insts[i]["institution_ipeds_unit_id"] for i in ii],"StudentIdentifierInstitution":[f"S{i:07d}" for i in s+1_000_000],"SocialSecurityNumber":pl.Series([f"{x:09d}" for x in ssn[s]]).set(pl.Series(r.random(len(s))<.1),None),"FirstName":fn[s],"MiddleName":mn[s],"LastOrSurname":sn[s],"GenerationCodeOrSuffix":None,"Birthdate":iso(bd[s]).dt.strftime("%m/%d/%Y"),"Sex":np.where(sex[s]==0,"M","F"),"RaceEthnicity":race[s],"AcademicTermDesignator":term,"AcademicYear":ay,"EntryDate":iso(np.full(len(s),a)),"ExitDate":iso(np.full(len(s),b)),"StudentLevel":"Undergraduate","EnrollmentStatus":"FullTime","CipCode":[cips[i%len(cips)]["cip_code"] for i in s],"NumberOfCreditsAttempted":12.0,"NumberOfCreditsEarned":9.0,"TuitionResidency":1,"PellGrant":0,"AddressPostalCode":zc[s],"AddressStreetNumberAndName":street[s],"AddressCity":city[s],"StateAbbreviation":"ZZ"}),s+1,encoding="cp1252")
            if term=="Summer":
                m=s[(age[s]>=22)]
                put("ps_award",cal.school_year_label(y),cal.day(y,9,15),pl.DataFrame({"InstitutionIpedsUnitId":[insts[i%len(insts)]["institution_ipeds_unit_id"] for i in m],"StudentIdentifierInstitution":[f"S{i:07d}" for i in m+1_000_000],"AcademicAwardDate":iso(np.full(len(m),cal.day(y,5,15))),"AcademicAwardLevelConferred":"5","AcademicAwardTitle":"Bachelor of Science","CipCode":[cips[i%len(cips)]["cip_code"] for i in m],"SchoolYear":y}),m+1)
        if progress: progress(cal.label_of(q),(q-q0+1)/(q1-q0+1))
